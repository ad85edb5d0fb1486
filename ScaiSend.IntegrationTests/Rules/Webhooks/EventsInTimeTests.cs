using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Events;

namespace ScaiSend.IntegrationTests.Rules.Webhooks;

/// <summary>Events are found by their time, although no index has it.</summary>
public sealed class EventsInTimeTests
{
    private const int InALane = 3000;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Exactly_the_tenants_events_of_a_range_are_found(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        var (mine, other, database) = (await product.TenantIdAsync(), await product.AddTenantAsync(), Database(product));
        var start = product.Clock.GetUtcNow().AddDays(-60);
        var events = Make([mine, other], start).ToList();
        await AddAsync(database, events);

        // Nothing before, all, nothing after; ranges at both ends of the lanes, in their middle, of one event, and of none between two.
        (int From, int Until)[] ranges =
        [
            (-100, 0),
            (-100, 100_000),
            (100_000, 100_001),
            (0, 1),
            (0, 60),
            (1200, 1800),
            (1500, 1501),
            (1501, 1501),
            (2940, 3000),
            (2999, 100_000),
        ];
        foreach (var (from, until) in ranges)
        {
            var (begin, end) = (start.AddMinutes(20 * from), start.AddMinutes(20 * until));
            var found = new List<EventPlace>();
            await foreach (var some in new EventsInTime(database).ReadAsync(mine, begin, end, Stop))
                found.AddRange(some.Select(e => e.Place));

            var expected = events
                .Where(e => e.TenantId == mine && e.At >= begin && e.At < end)
                .Select(e => new EventPlace(e.Lane, e.Position));
            Assert.Equal(expected.OrderBy(e => e.Lane).ThenBy(e => e.Position), found.OrderBy(e => e.Lane).ThenBy(e => e.Position));
        }
    }

    // One each 20 minutes in two lanes, in turn of either tenant, and each ninth up to ten minutes late or early.
    private static IEnumerable<EmailEvent> Make(Guid[] tenants, DateTimeOffset start) =>
        from lane in (int[])[3, 7]
        from i in Enumerable.Range(0, InALane)
        select new EmailEvent
        {
            EmailId = Guid.CreateVersion7(start.AddMinutes(20 * i)),
            Number = 1,
            TenantId = tenants[i % 3 == 0 ? 1 : 0],
            Type = i % 2 == 0 ? "delivered" : "open",
            At = start.AddMinutes(20 * i + (i % 9 == 0 ? (i % 21) - 10 : 0)),
            Lane = lane,
            Position = i + 1,
        };

    private static async Task AddAsync(MailDatabase database, IEnumerable<EmailEvent> events)
    {
        await using var db = database.ForPlatform();
        db.Events.AddRange(events);
        await db.SaveChangesAsync(Stop);
    }

    private static MailDatabase Database(Product product) => product.Services.GetRequiredService<MailDatabase>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}

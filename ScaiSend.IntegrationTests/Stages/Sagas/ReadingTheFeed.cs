using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Sagas.Persistence;

namespace ScaiSend.IntegrationTests.Stages.Sagas;

/// <summary><c>GET /v3/events</c> never skips and never repeats, whoever writes meanwhile.</summary>
public sealed class ReadingTheFeed
{
    private const int Emails = 24;
    private const int EventsOfProcess = 400;

    private static int _moment;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Each_event_comes_once_though_processes_write_while_it_is_read(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var emails = await SendAsync(product);
        // SQLite knows one process at a time; the others write as processes of their own do.
        await using var second = await AlsoAsync(product);
        await using var third = await AlsoAsync(product);

        var writing = Task.WhenAll(
            WriteAsync(product.Services, emails, 1),
            WriteAsync(second.Services, emails, 2),
            WriteAsync(third.Services, emails, 3)
        );
        var (read, cursor, pages) = (new List<string>(), (string?)null, 0);
        while (true)
        {
            var isLast = writing.IsCompleted;
            var page = await PageAsync(product, $"limit=37{(cursor is null ? "" : $"&cursor={cursor}")}");
            read.AddRange(page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event_id").GetString()!));
            cursor = page.GetProperty("cursor").GetString();
            Assert.True(!page.GetProperty("has_more").GetBoolean() || page.GetProperty("events").GetArrayLength() == 37);
            pages++;
            if (isLast && !page.GetProperty("has_more").GetBoolean())
                break;
        }
        await writing;

        Assert.True(pages > 3 * EventsOfProcess / 37);
        Assert.Equal(await StoredAsync(product), read.Order(StringComparer.Ordinal));
        await third.StopAsync(Stop);
        await second.StopAsync(Stop);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_filter_passes_over_what_it_does_not_want_and_nothing_else(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var emails = await SendAsync(product);
        await WriteAsync(product.Services, emails, 4);

        var clicks = await AllAsync(product, "types=click,open");
        var all = await AllAsync(product, "limit=1000");
        var message = all[0].GetProperty("message_id").GetString()!;
        var ofMessage = await AllAsync(product, $"limit=3&message_id={message}");

        Assert.Equal(EventsOfProcess, all.Count);
        Assert.Equal(Ids(all.Where(e => e.GetProperty("event_type").GetString() is "click" or "open")), Ids(clicks));
        Assert.Equal(Ids(all.Where(e => e.GetProperty("message_id").GetString() == message)), Ids(ofMessage));
        Assert.Empty(await AllAsync(product, "start_time=2999-01-01"));
        Assert.Empty(await AllAsync(product, "end_time=2001-01-01"));
        // Of one email, in the order in which things happened to it.
        Assert.All(
            all.GroupBy(e => e.GetProperty("email_id").GetString()),
            email => Assert.Equal(email.Select(Sequence).Order(), email.Select(Sequence))
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Events_that_are_told_to_nobody_leave_no_gap_in_a_page(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        // Of each a `queued`, before all others.
        var emails = await SendAsync(product);
        foreach (var email in emails[..7])
            await RecordAsync(product.Services, email, "delivered");

        var (read, cursor) = (new List<int>(), "");
        while (true)
        {
            var page = await PageAsync(product, $"limit=3{cursor}");
            read.Add(page.GetProperty("events").GetArrayLength());
            cursor = $"&cursor={page.GetProperty("cursor").GetString()}";
            if (!page.GetProperty("has_more").GetBoolean())
                break;
        }

        Assert.Equal([3, 3, 1], read);
    }

    [Fact]
    public async Task From_the_end_only_what_comes_later_is_told()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var emails = await SendAsync(product);
        await WriteAsync(product.Services, emails, 5);

        var end = await PageAsync(product, "from=end");
        var later = await PageAsync(product, $"cursor={end.GetProperty("cursor").GetString()}");
        await RecordAsync(product.Services, emails[0], "delivered");
        var news = await PageAsync(product, $"cursor={end.GetProperty("cursor").GetString()}");

        Assert.Empty(end.GetProperty("events").EnumerateArray());
        Assert.Empty(later.GetProperty("events").EnumerateArray());
        Assert.Equal("delivered", Assert.Single(news.GetProperty("events").EnumerateArray()).GetProperty("event_type").GetString());
    }

    [Fact]
    public async Task Another_tenant_sees_nothing_of_it()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var emails = await SendAsync(product);
        await RecordAsync(product.Services, emails[0], "delivered");
        var message = (await AllAsync(product, ""))[0].GetProperty("message_id").GetString();
        var other = await product.AddKeyAsync(await product.AddTenantAsync(), Api.Authentication.Scopes.All);

        foreach (var query in new[] { "", $"?message_id={message}", "?types=delivered" })
        {
            var answer = await product.CallAsync("GET", $"/v3/events{query}", other);
            Assert.Equal(200, answer.Status);
            Assert.DoesNotContain("evt_", answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("cursor=xyz", "cursor")]
    [InlineData("types=delivered,delivred", "types")]
    [InlineData("type=delivered", "type")]
    [InlineData("limit=1001", "limit")]
    [InlineData("message_id=4711", "message_id")]
    [InlineData("start_time=yesterday", "start_time")]
    [InlineData("start_time=2026-05-02&end_time=2026-05-01", "end_time")]
    [InlineData("start_time=2026-05-02T10:00:01Z&end_time=2026-05-02T10:00:00Z", "end_time")]
    public async Task A_wrong_parameter_is_named(string query, string parameter)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var answer = await product.CallAsync("GET", $"/v3/events?{query}", product.LiveKey);

        Assert.Equal(422, answer.Status);
        Assert.Contains($"\"{parameter}\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_cursor_that_is_ahead_of_what_is_stored_is_refused_because_it_would_skip(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var emails = await SendAsync(product);
        await WriteAsync(product.Services, emails, 1);
        var cursor = (await PageAsync(product, "from=END")).GetProperty("cursor").GetString();
        // As from a backup: what was told last is not stored any more.
        await using (var connection = await product.Database().OpenAsync(Stop))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "UPDATE event_lanes SET position=position-1 WHERE position>0";
            Assert.True(await command.ExecuteNonQueryAsync(Stop) > 0);
        }

        var refused = await product.CallAsync("GET", $"/v3/events?cursor={cursor}", product.LiveKey);

        Assert.Equal(422, refused.Status);
        Assert.Contains("begin anew", refused.Body, StringComparison.Ordinal);
        Assert.NotEmpty((await PageAsync(product, "limit=10")).GetProperty("events").EnumerateArray());
    }

    private static async Task<WebApplication> AlsoAsync(Product product)
    {
        var host = RoleHost.Build(
            Role.None,
            product.Settings.ToDictionary(s => s.Key, s => s.Value),
            [],
            services => services.AddSingleton<TimeProvider>(product.Clock)
        );
        await host.StartAsync(Stop);
        return host;
    }

    private static async Task<Guid[]> SendAsync(Product product)
    {
        await Task.WhenAll(Enumerable.Range(0, Emails).Select(i => product.SendAsync(Some.To($"r{i}@example.org"))));
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.Emails.IgnoreQueryFilters().Select(e => e.Id).ToArrayAsync(Stop);
    }

    // In waves, so that commits of all sizes meet.
    private static async Task WriteAsync(IServiceProvider services, Guid[] emails, int seed)
    {
        var random = new Random(seed);
        for (var written = 0; written < EventsOfProcess; )
        {
            var wave = Math.Min(random.Next(1, 40), EventsOfProcess - written);
            await Task.WhenAll(
                Enumerable
                    .Range(0, wave)
                    .Select(_ =>
                        RecordAsync(services, emails[random.Next(emails.Length)], EventTypes.All[random.Next(EventTypes.All.Count)])
                    )
            );
            written += wave;
        }
    }

    private static Task RecordAsync(IServiceProvider services, Guid email, string type) =>
        services
            .GetRequiredService<EmailTransitions>()
            .RunAsync(
                email,
                saga =>
                {
                    saga!.Version++;
                    saga.IsChanged = true;
                    saga.Record(type, saga.StartsAt.AddMilliseconds(Interlocked.Increment(ref _moment)));
                    return Task.CompletedTask;
                },
                Stop
            );

    private static async Task<JsonElement> PageAsync(Product product, string query) =>
        await product.Http.GetFromJsonAsync<JsonElement>($"/v3/events?{query}", Stop);

    private static async Task<List<JsonElement>> AllAsync(Product product, string query)
    {
        var (all, cursor) = (new List<JsonElement>(), "");
        while (true)
        {
            var page = await PageAsync(product, query + cursor);
            all.AddRange(page.GetProperty("events").EnumerateArray());
            cursor = $"&cursor={page.GetProperty("cursor").GetString()}";
            if (!page.GetProperty("has_more").GetBoolean())
                return all;
        }
    }

    private static IEnumerable<string?> Ids(IEnumerable<JsonElement> events) =>
        events.Select(e => e.GetProperty("event_id").GetString()).Order(StringComparer.Ordinal);

    private static int Sequence(JsonElement e) => e.GetProperty("sequence").GetInt32();

    private static async Task<IEnumerable<string>> StoredAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var events = await db.Events.IgnoreQueryFilters().ToListAsync(Stop);
        return events.Select(e => Contracts.Ids.ShowEvent(e.EmailId, e.Number)).Order(StringComparer.Ordinal);
    }
}

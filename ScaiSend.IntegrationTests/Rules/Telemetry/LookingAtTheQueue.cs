using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suspensions;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.IntegrationTests.Rules.Telemetry;

/// <summary>What the gauges of the queue and the ledger find, on each database.</summary>
public sealed class LookingAtTheQueue
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Emails_are_counted_by_lane_and_the_due_and_the_overdue_are_told(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var look = Look(product);
        await product.SendAsync(Some.To("ada@example.org"));
        await product.SendAsync(Some.To("bob@example.org"), new { send_at = product.Clock.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds() });

        await using var connection = await Database(product).OpenAsync(Stop);
        var now = await look.ReadAsync(connection, Stop);
        Assert.Equal((1, 1, 0), (now.Emails[EmailLane.InFlight], now.Emails[EmailLane.Waiting], now.Emails[EmailLane.Held]));
        Assert.Equal((0, TimeSpan.Zero), (now.Due, now.DueSince[EmailLane.Waiting]));

        // Nobody wakes: one was due 9 minutes ago, the other's lease is over since 8.
        product.Clock.Advance(TimeSpan.FromMinutes(10));
        var later = await look.ReadAsync(connection, Stop);
        Assert.Equal(1, later.Due);
        Assert.Equal((1, 1), (later.Overdue[EmailLane.Waiting], later.Overdue[EmailLane.InFlight]));
        Assert.InRange(later.DueSince[EmailLane.Waiting], TimeSpan.FromMinutes(8.9), TimeSpan.FromMinutes(9.1));
        Assert.InRange(later.DueSince[EmailLane.InFlight], TimeSpan.FromMinutes(7.9), TimeSpan.FromMinutes(8.1));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Deferred_mail_has_an_age_by_provider_and_a_deadline(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("ada@example.org", "451 4.3.0 not now");
        await using var product = await Product.StartAsync(stack, sink.Address);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Deferred");
        await product.StopRolesAsync();
        await product.StartRolesAsync(Role.Serve);
        product.Clock.Advance(TimeSpan.FromHours(70));

        await using var connection = await Database(product).OpenAsync(Stop);
        var reading = await Look(product).ReadAsync(connection, Stop);

        Assert.InRange(reading.AgeByProvider[Labels.Other], TimeSpan.FromHours(70), TimeSpan.FromHours(70.1));
        Assert.Equal(1, reading.NearDeadline);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Events_that_nobody_tells_are_a_lag(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddWebhookAsync("http://127.0.0.1:1/");
        var id = await product.SendAsync(
            Some.To("ada@example.org"),
            new { send_at = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds() }
        );
        var email = (await product.MessageAsync(id)).GetProperty("emails")[0].GetProperty("id").GetString();
        Assert.True(Ids.TryRead(Ids.Email, email, out var emailId));
        await product
            .Services.GetRequiredService<MassTransit.Mediator.IMediator>()
            .Send(new Contracts.Emails.RenderingSucceeded(emailId, 1), Stop);
        product.Clock.Advance(TimeSpan.FromMinutes(5));

        await using var connection = await Database(product).OpenAsync(Stop);
        var reading = await Look(product).ReadAsync(connection, Stop);

        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.Zero), (reading.WebhookLag["working"], reading.WebhookLag["failing"]));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_ledger_finds_an_email_that_is_gone_and_one_that_nobody_moves(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var ledger = new LedgerCheck(product.Clock);
        for (var i = 0; i < 3; i++)
            await product.SendAsync(
                new
                {
                    to = Address("ada"),
                    cc = Address("bob"),
                    bcc = Address("eve"),
                }
            );
        await using var connection = await Database(product).OpenAsync(Stop);

        Assert.Equal(new LedgerSums(0, 0, 0), (await ledger.StepAsync(connection, Stop))["2m"]);
        product.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(new LedgerSums(9, 0, 9), (await ledger.StepAsync(connection, Stop))["2m"]);
        // Each message is compared once.
        Assert.Equal(9, (await ledger.StepAsync(connection, Stop))["2m"].Accepted);

        await ExecuteAsync(connection, "DELETE FROM emails WHERE recipient='bob@example.org'");
        await ExecuteAsync(connection, "UPDATE emails SET lane=0,due_at=NULL WHERE recipient='eve@example.org'");
        product.Clock.Advance(TimeSpan.FromHours(20));
        var sums = (await ledger.StepAsync(connection, Stop))["20h"];
        Assert.Equal((9, 6), (sums.Accepted, sums.Difference));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_ledger_expects_of_a_test_keys_mail_only_what_is_played(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var ledger = new LedgerCheck(product.Clock);
        await using var connection = await Database(product).OpenAsync(Stop);
        await ledger.StepAsync(connection, Stop);
        foreach (var key in (string[])[product.TestKey, product.LiveKey])
            await product.PostMailAsync(key, Some.Request(Some.To("ada@example.org", $"open@{Simulations.Domain}")));

        product.Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(new LedgerSums(3, 0, 3), (await ledger.StepAsync(connection, Stop))["2m"]);
    }

    private static object Address(string name) => new[] { new { email = $"{name}@example.org" } };

    private static MailDatabase Database(Product product) => product.Services.GetRequiredService<MailDatabase>();

    private static QueueLook Look(Product product) =>
        new(product.Services.GetRequiredService<SuspensionTable>(), product.Services.GetRequiredService<Labels>(), product.Clock);

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}

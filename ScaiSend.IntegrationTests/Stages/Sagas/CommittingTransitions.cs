using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Sagas.Persistence;

namespace ScaiSend.IntegrationTests.Stages.Sagas;

/// <summary>The saga repository under concurrency, refusals, deadlocks, lost connections and crashes, on every database.</summary>
public sealed class CommittingTransitions
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Concurrent_changes_of_one_row_happen_one_after_the_other(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.None);
        var email = await InsertAsync(product);
        var transitions = product.Services.GetRequiredService<EmailTransitions>();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => transitions.RunAsync(email, Increment, Stop)));

        Assert.Equal(201, (await ReadAsync(product, email)).Version);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_behaviour_that_throws_takes_only_its_own_row_out_of_the_group(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.None);
        var emails = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => InsertAsync(product)));
        var transitions = product.Services.GetRequiredService<EmailTransitions>();

        var runs = emails
            .Select(
                (email, i) =>
                    transitions.RunAsync(email, i % 10 == 3 ? _ => throw new InvalidOperationException("refused") : Increment, Stop)
            )
            .ToArray();
        await Task.WhenAll(runs.Select(run => run.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(4, runs.Count(r => r.IsFaulted));
        for (var i = 0; i < emails.Length; i++)
            Assert.Equal(i % 10 == 3 ? 1 : 2, (await ReadAsync(product, emails[i])).Version);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_row_that_cannot_be_written_does_not_hurt_the_others(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.None);
        var emails = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => InsertAsync(product)));
        var transitions = product.Services.GetRequiredService<EmailTransitions>();

        // An event whose number is taken: the database refuses the whole group, which is then written one by one.
        var runs = emails
            .Select((email, i) => transitions.RunAsync(email, saga => i == 7 ? RepeatAnEvent(saga!) : Increment(saga), Stop))
            .ToArray();
        await Task.WhenAll(runs.Select(run => run.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal([7], runs.Select((r, i) => (r, i)).Where(x => x.r.IsFaulted).Select(x => x.i));
        Assert.Equal(19, (await Task.WhenAll(emails.Select(e => ReadAsync(product, e)))).Count(e => e.Version == 2));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_missing_email_is_a_plain_end(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.None);
        var mediator = product.Services.GetRequiredService<MassTransit.Mediator.IMediator>();

        Assert.Null(await mediator.TellAsync(new RenderingSucceeded(Ids.New(product.Clock), 1), Stop));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_lost_connection_is_outlasted(Stack stack)
    {
        if (stack == Stack.Embedded)
            return;
        await using var product = await Product.StartAsync(stack, roles: Role.None);
        var email = await InsertAsync(product);
        var transitions = product.Services.GetRequiredService<EmailTransitions>();
        await transitions.RunAsync(email, Increment, Stop);

        await KillConnectionsAsync(product, stack);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => transitions.RunAsync(email, Increment, Stop)));

        Assert.Equal(52, (await ReadAsync(product, email)).Version);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_deadlock_is_tried_again(Stack stack)
    {
        if (stack == Stack.Embedded)
            return;
        await using var product = await Product.StartAsync(stack, roles: Role.None);
        var (first, second) = (await InsertAsync(product), await InsertAsync(product));
        var transitions = product.Services.GetRequiredService<EmailTransitions>();
        await using var other = await product.Services.GetRequiredService<MailDatabase>().OpenAsync(Stop);

        // Another session locks the second row and then wants the first, which the group holds by then.
        await ExecuteAsync(
            other,
            $"START TRANSACTION; UPDATE emails SET attempts=attempts+1 WHERE id=x'{Convert.ToHexString(second.ToByteArray(true))}'"
        );
        var group = Task.WhenAll(transitions.RunAsync(first, Increment, Stop), transitions.RunAsync(second, Increment, Stop));
        try
        {
            await ExecuteAsync(
                other,
                $"UPDATE emails SET attempts=attempts+1 WHERE id=x'{Convert.ToHexString(first.ToByteArray(true))}'; COMMIT"
            );
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.LockDeadlock)
        {
            // The other session was the victim; that is as good.
        }
        await group;

        Assert.Equal(2, (await ReadAsync(product, first)).Version);
        Assert.Equal(2, (await ReadAsync(product, second)).Version);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_a_crash_between_commit_and_hint_leaves_behind_is_brought_back_by_its_lease(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        // Only the door runs: its hints go nowhere, as if the process had died between commit and hint.
        await using var product = await Product.StartAsync(stack, sink.Address, roles: Role.Serve);
        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.StopRolesAsync();

        await product.StartRolesAsync();
        product.Clock.Advance(new Leases().Render + TimeSpan.FromSeconds(1));

        await product.EmailInStateAsync(id, "Delivered");
        Assert.Single(sink.Mails);
    }

    private static Task Increment(ScaiSend.Sagas.Emails.EmailState? saga)
    {
        saga!.Version++;
        saga.IsChanged = true;
        return Task.CompletedTask;
    }

    private static Task RepeatAnEvent(ScaiSend.Sagas.Emails.EmailState saga)
    {
        for (var i = 0; i < 2; i++)
            saga.NewEvents.Add(
                new EmailEvent
                {
                    EmailId = saga.CorrelationId,
                    TenantId = saga.TenantId,
                    Number = 9,
                    Type = "processed",
                }
            );
        return Increment(saga);
    }

    private static async Task<Guid> InsertAsync(Product product)
    {
        var id = Ids.New(product.Clock);
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        db.Emails.Add(
            new Email
            {
                Id = id,
                MessageId = Ids.New(product.Clock),
                Recipient = "ada@example.org",
                State = EmailStatus.Queued,
                Lane = EmailLane.InFlight,
                Version = 1,
                DueAt = product.Clock.GetUtcNow(),
                DeadlineAt = product.Clock.GetUtcNow().AddHours(72),
                CreatedAt = product.Clock.GetUtcNow(),
                Events = 1,
            }
        );
        await db.SaveChangesAsync(Stop);
        return id;
    }

    private static async Task<Email> ReadAsync(Product product, Guid id)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.Emails.AsNoTracking().SingleAsync(e => e.Id == id, Stop);
    }

    private static async Task KillConnectionsAsync(Product product, Stack stack)
    {
        await using var admin = new MySqlConnection(Stacks.Setting(stack == Stack.MySql ? "SCAISEND_TEST_MYSQL" : "SCAISEND_TEST_MARIADB"));
        await admin.OpenAsync(Stop);
        var ids = new List<long>();
        await using (var list = new MySqlCommand($"SELECT id FROM information_schema.processlist WHERE db='{product.DatabaseName}'", admin))
        await using (var rows = await list.ExecuteReaderAsync(Stop))
        {
            while (await rows.ReadAsync(Stop))
                ids.Add(rows.GetInt64(0));
        }
        foreach (var id in ids)
            await ExecuteAsync(admin, $"KILL {id}");
    }

    private static async Task ExecuteAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Stop);
    }
}

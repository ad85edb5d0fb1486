using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>What happens in the lives of the cases, and what else is stored with them.</summary>
internal static class Lives
{
    public const string Busy = "All 20 connections to b.test are in use";
    public const string Paused = "Mail to b.test is suspended: 20 connections in a row failed, the last: Connection refused";

    // The saga of a life takes a wish whatever email it names.
    public static Guid Id => Guid.Empty;

    public static Task Done => Task.CompletedTask;

    public static Task Later(SagaLife life, TimeSpan time)
    {
        life.Advance(time);
        return Done;
    }

    public static AttemptReport Attempt(SagaLife life) =>
        new(life.Now, TimeSpan.FromSeconds(1), "mx.b.test", "192.0.2.25:25", "TLS 1.3", 451, "4.3.0", "4.3.0 later")
        {
            Provider = "b.test",
            Source = "192.0.2.10",
            Step = "recipient",
        };

    public static AttemptReport Trouble(AttemptReport attempt, string words, string? step) =>
        attempt with
        {
            ReplyCode = null,
            EnhancedStatusCode = null,
            Reply = words,
            Step = step,
        };

    public static AttemptReport Demand(AttemptReport attempt, string policy) =>
        Trouble(attempt, $"The server offers no TLS, and the mail may not go without it: {policy}", "tls") with
        {
            EnhancedStatusCode = "4.7.5",
            TlsPolicy = policy,
        };

    public static async Task StartAsync(SagaLife life)
    {
        if (life.State == EmailStatus.Queued)
            await life.TellAsync(v => new RenderingSucceeded(Id, v));
        Assert.True(await life.TellAsync(v => new DeliveryStarted(Id, v)));
    }

    public static async Task DeferAsync(SagaLife life, Func<AttemptReport, AttemptReport>? change = null, string? mailKey = "mail/x")
    {
        await StartAsync(life);
        var attempt = Attempt(life);
        Assert.True(await life.TellAsync(v => new DeliveryDeferred(Id, v, change is null ? attempt : change(attempt), mailKey)));
    }

    public static async Task DeliverAsync(SagaLife life)
    {
        await StartAsync(life);
        var attempt = Attempt(life) with { ReplyCode = 250, EnhancedStatusCode = null, Reply = "2.0.0 OK" };
        Assert.True(await life.TellAsync(v => new DeliverySucceeded(Id, v, attempt)));
    }

    public static async Task RefuseAsync(SagaLife life, BounceClass bounceClass, int? code, string status, string reply)
    {
        await StartAsync(life);
        var attempt = Attempt(life) with { ReplyCode = code, EnhancedStatusCode = status, Reply = reply };
        if (code is null)
            attempt = attempt with { Step = null };
        Assert.True(await life.TellAsync(v => new DeliveryRefused(Id, v, attempt, bounceClass)));
    }

    public static Task DropAsync(SagaLife life, string reason) => life.TellAsync(v => new EmailSuppressed(Id, v, reason));

    public static EmailFacts InBatch(SagaLife life, BatchStatus? status) =>
        life.Facts(life.Mail(batchId: "b1")) with
        {
            Batch = new MailBatch
            {
                BatchId = "b1",
                Status = status,
                ChangedAt = status is null ? life.Now : null,
            },
        };

    public static EmailFacts Listed(SagaLife life, SuppressionList list, string? settings = null, int group = 0) =>
        life.Facts(life.Mail(settings)) with
        {
            Suppressions =
            [
                new Suppression
                {
                    AddressKey = SuppressedAddress.KeyOf("ada@b.test"),
                    Address = "ada@b.test",
                    List = list,
                    GroupId = group,
                    CreatedAt = SagaLife.Birth,
                },
            ],
        };

    public static Suspension Suspension(SagaLife life) =>
        new()
        {
            Id = Guid.Empty,
            Provider = "b.test",
            Cause = "20 connections in a row failed",
            StartedAt = SagaLife.Birth,
            EndsAt = life.Now.AddMinutes(10),
        };

    // As ErasedTraces and ErasedMessage leave it.
    public static EmailFacts ErasedFacts(SagaLife life)
    {
        var facts = life.Facts();
        return new EmailFacts(
            facts.Message,
            life.Row(Erased.Address),
            [.. facts.Events.Select(Bare)],
            [.. facts.Attempts.Select(Bare)],
            facts.Now
        );
    }

    private static Platform.Storage.Emails.EmailEvent Bare(Platform.Storage.Emails.EmailEvent e) =>
        new()
        {
            EmailId = e.EmailId,
            Number = e.Number,
            Type = e.Type,
            At = e.At,
            Reason = e.Reason is null ? null : Erased.Text,
            Data = e.Data,
            Flags = e.Flags,
        };

    private static Platform.Storage.Emails.EmailAttempt Bare(Platform.Storage.Emails.EmailAttempt a) =>
        new()
        {
            EmailId = a.EmailId,
            Number = a.Number,
            StartedAt = a.StartedAt,
            ReplyCode = a.ReplyCode,
            EnhancedStatusCode = a.EnhancedStatusCode,
            Reply = Erased.Text,
            Provider = a.Provider,
            Step = a.Step,
            Outcome = a.Outcome,
        };
}

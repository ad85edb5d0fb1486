using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Platform.Storage.Batches;
using static ScaiSend.IntegrationTests.Rules.Explanation.Lives;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>Mail whose last attempt failed for now.</summary>
internal static class CasesDeferred
{
    public static Dictionary<string, Case> All { get; } =
        new()
        {
            // Deferred
            ["deferred by a 4xx"] = new(
                life => DeferAsync(life),
                Situation.WaitsForNextAttempt,
                "does not take it for now (451): 4.3.0 later. It is tried again at 2026-11-25 12:01:03 UTC",
                "Attempt 2 is made",
                "wait retry cancel",
                Because: "Attempt 1: The receiving server does not take it for now (451)"
            ),
            ["greylisted"] = new(
                life => DeferAsync(life, a => a with { Reply = "4.7.1 Greylisted, come back", Rule = "greylisted" }),
                Situation.WaitsForNextAttempt,
                "The receiving server greylists",
                "Attempt 2 is made",
                "wait retry cancel"
            ),
            ["no connection"] = new(
                life => DeferAsync(life, a => Trouble(a, "Connection refused (at connecting)", "connect")),
                Situation.WaitsForNextAttempt,
                "could not be reached: Connection refused",
                "Attempt 2 is made",
                "wait contact_receiver retry cancel"
            ),
            ["the connection broke off"] = new(
                life => DeferAsync(life, a => Trouble(a, "The server closed the connection at RCPT TO", "recipient")),
                Situation.WaitsForNextAttempt,
                "broke off",
                "Attempt 2 is made",
                "wait contact_receiver retry cancel"
            ),
            ["no answer in time"] = new(
                life => DeferAsync(life, a => Trouble(a, "No answer in time at EHLO", "hello")),
                Situation.WaitsForNextAttempt,
                "did not answer in time",
                "Attempt 2 is made",
                "wait contact_receiver retry cancel"
            ),
            ["DNS trouble"] = new(
                life => DeferAsync(life, a => Trouble(a, "DNS gave no answer for the domain's MX records", null)),
                Situation.WaitsForNextAttempt,
                "DNS gave no answer about the receiving domain",
                "Attempt 2 is made",
                "wait contact_receiver retry cancel"
            ),
            ["TLS trouble"] = new(
                life => DeferAsync(life, a => Trouble(a, "The handshake failed (at STARTTLS)", "tls")),
                Situation.WaitsForNextAttempt,
                "could not be encrypted",
                "Attempt 2 is made",
                "wait contact_receiver retry cancel"
            ),
            ["TLS is demanded by the policy"] = new(
                life => DeferAsync(life, a => Demand(a, "require (domain b.test)")),
                Situation.WaitsForNextAttempt,
                "not as safe as the delivery policy demands",
                "Attempt 2 is made",
                "wait contact_receiver retry cancel"
            ),
            ["TLS is demanded by MTA-STS"] = new(
                life => DeferAsync(life, a => Demand(a, "mta-sts enforce")),
                Situation.WaitsForNextAttempt,
                "not as safe as the receiving domain itself (MTA-STS) demands",
                "Attempt 2 is made",
                "wait contact_receiver retry cancel"
            ),
            ["a relay refuses our account"] = new(
                life => DeferAsync(life, a => Trouble(a, "The host offers no AUTH, and an account is set for it", "auth")),
                Situation.WaitsForNextAttempt,
                "did not take our account",
                "Attempt 2 is made",
                "wait ask_operator retry cancel"
            ),
            ["our store is away"] = new(
                life => DeferAsync(life, a => Trouble(a, FileTroubleException.Of(new TimeoutException()).Message, null), mailKey: null),
                Situation.WaitsForNextAttempt,
                "Our own store did not give an attachment",
                "Attempt 2 is made",
                "wait ask_operator retry cancel"
            ),
            ["turned away at the greeting"] = new(
                life => DeferAsync(life, a => a with { ReplyCode = 554, Reply = "5.7.1 go away", Step = "greeting" }),
                Situation.WaitsForNextAttempt,
                "before it had heard of the mail",
                "Attempt 2 is made",
                "wait retry cancel"
            ),
            ["a 5xx that a rule defers"] = new(
                life => DeferAsync(life, a => a with { ReplyCode = 550, Reply = "5.1.1 unknown", Rule = "in-trouble" }),
                Situation.WaitsForNextAttempt,
                "the delivery policy says to try again",
                "Attempt 2 is made",
                "wait retry cancel"
            ),
            ["deferred, and the sender's proof is doubted"] = new(
                life =>
                    DeferAsync(life, a => a with { ReplyCode = 421, EnhancedStatusCode = "4.7.26", Reply = "4.7.26 not authenticated" }),
                Situation.WaitsForNextAttempt,
                "does not take it for now (421)",
                "Attempt 2 is made",
                "wait fix_domain retry cancel"
            ),
            ["deferred until its deadline"] = new(
                async life =>
                {
                    for (var i = 0; i < 15; i++)
                    {
                        await DeferAsync(life);
                        life.Advance(TimeSpan.FromHours(8));
                        life.Wake();
                        if (life.Row().DeadlineAt - life.Now <= TimeSpan.FromHours(8))
                            break;
                    }
                    await DeferAsync(life);
                },
                Situation.WaitsForDeadline,
                "No further attempt is planned before its deadline",
                "It is given up",
                "retry cancel"
            ),
            ["deferred, and its time has come"] = new(
                async life =>
                {
                    await DeferAsync(life);
                    life.Advance(TimeSpan.FromMinutes(2));
                },
                Situation.WaitsForWorker,
                "It is due",
                "A worker takes it up",
                "wait cancel"
            ),
            ["woken for its next attempt"] = new(
                async life =>
                {
                    await DeferAsync(life);
                    life.Advance(TimeSpan.FromMinutes(2));
                    life.Wake();
                },
                Situation.NextAttemptBegins,
                "The next attempt is about to begin",
                "An attempt begins",
                "wait cancel"
            ),
            ["held back since its last attempt"] = new(
                async life =>
                {
                    await DeferAsync(life);
                    life.Advance(TimeSpan.FromMinutes(2));
                    life.Wake();
                    await life.TellAsync(v => new DeliveryHeldBack(Id, v, TimeSpan.FromMinutes(1), Busy));
                },
                Situation.HeldBack,
                Busy,
                "taken up again, and is sent or put off further",
                "wait cancel",
                Because: "Since then it was put off"
            ),
            ["deferred while its batch is paused"] = new(
                life => DeferAsync(life),
                Situation.WaitsForNextAttempt,
                "It is tried again",
                "Attempt 2 is made",
                "wait retry cancel",
                life => InBatch(life, BatchStatus.Pause),
                Because: "and so not about this one"
            ),
        };
}

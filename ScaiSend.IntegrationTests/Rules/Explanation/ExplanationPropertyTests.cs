using CsCheck;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Batches;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>Lives of any course that the saga allows: each moment of each has an explanation, and what it advises the saga would accept.</summary>
public sealed class ExplanationPropertyTests
{
    private const int Lives = 150;

    private static readonly Func<SagaLife, int, Task>[] Steps =
    [
        (life, _) => life.TellAsync(v => new RenderingSucceeded(Guid.Empty, v)),
        (life, _) => life.TellAsync(v => new RenderingFailed(Guid.Empty, v, "Template Render Error: line 1")),
        (life, _) => life.TellAsync(v => new BatchPaused(Guid.Empty, v)),
        (life, _) => life.TellAsync(v => new DeliveryStarted(Guid.Empty, v, WasRendered: true)),
        (life, n) => life.TellAsync(v => new DeliveryHeldBack(Guid.Empty, v, TimeSpan.FromSeconds(n), n % 3 == 0 ? null : "busy", true)),
        (life, n) => life.TellAsync(v => new DeliverySucceeded(Guid.Empty, v, Attempt(life, n))),
        (life, n) => life.TellAsync(v => new DeliveryRefused(Guid.Empty, v, Attempt(life, n), (BounceClass)(n % 3 + 1))),
        (life, n) => life.TellAsync(v => new DeliveryDeferred(Guid.Empty, v, Attempt(life, n), n % 2 == 0 ? "mail/x" : null)),
        (life, _) => life.TellAsync(v => new DeadlinePassed(Guid.Empty, v)),
        (life, n) => life.TellAsync(v => new EmailSuppressed(Guid.Empty, v, n % 2 == 0 ? "Unsubscribed Address" : "Invalid")),
        (life, _) => life.TellAsync(_ => new HoldRequested(Guid.Empty)),
        (life, _) => life.TellAsync(_ => new ReleaseRequested(Guid.Empty)),
        (life, _) => life.TellAsync(_ => new RetryRequested(Guid.Empty)),
        (life, _) => life.TellAsync(_ => new CancelRequested(Guid.Empty)),
        (life, _) => life.TellAsync(_ => new FailRequested(Guid.Empty)),
        (life, _) => life.TellAsync(_ => new BounceReported(Guid.Empty, BounceClass.Hard, null, "gone", null)),
        (life, _) => life.TellAsync(_ => new ComplaintReported(Guid.Empty, "abuse", null)),
        (life, n) => life.TellAsync(_ => new EmailOpened(Guid.Empty, new Visit(life.Now, null, null, n % 2 == 0 ? "a proxy" : null))),
        (life, _) => Does(life.Wake),
        (life, n) => Does(() => life.Advance(TimeSpan.FromSeconds(n))),
        (life, n) => Does(() => life.Advance(TimeSpan.FromHours(n % 40))),
    ];

    // What ends a life comes seldom, so that lives are long.
    private static readonly int[] Common = [0, 3, 4, 7, 18, 18, 19, 20];

    private static readonly Gen<(int Step, int Number)> Step = Gen.Select(
        Gen.Frequency((6, Gen.Int[0, Common.Length - 1].Select(i => Common[i])), (1, Gen.Int[0, Steps.Length - 1])),
        Gen.Int[0, 1000]
    );

    [Fact]
    public async Task Every_moment_of_every_life_is_explained_and_no_advice_is_refused()
    {
        var generate = Gen.Select(Gen.Bool, Gen.Int[0, 3], Step.Array[1, 25]);
        await generate.SampleAsync(
            async (hasRoom, hours, steps) =>
            {
                var life = SagaLife.Accepted(hasRoom, hours == 0 ? null : TimeSpan.FromHours(hours));
                foreach (var (step, number) in steps)
                {
                    await Steps[step](life, number);
                    await CheckAsync(life, number);
                }
            },
            iter: Lives,
            threads: 1
        );
    }

    private static async Task CheckAsync(SagaLife life, int number)
    {
        var facts = life.Facts(life.Mail(number % 2 == 0 ? null : """{"asm":{"group_id":7},"ip_pool_name":"news"}""")) with
        {
            Batch = number % 3 == 0 ? new MailBatch { BatchId = "b", Status = number % 4 == 0 ? null : (BatchStatus)(number % 4) } : null,
            IsWindowFull = number % 5 == 0,
        };
        foreach (var depth in Enum.GetValues<Depth>())
        {
            var explained = ExplainEmail.Run(facts, depth);
            Assert.NotEmpty(explained.Summary);
            Assert.NotEmpty(explained.Guarantee);
            Assert.NotEmpty(explained.Because);
            Assert.NotEmpty(explained.Actions);
            Assert.Equal(facts.HasEnded, explained.Next is null);
            Assert.Equal(facts.HasEnded, explained.DeadlineAt is null);
            foreach (var advice in explained.Actions)
                Assert.True(
                    await IsTakenAsync(life, advice.Action),
                    $"{advice.Action} is refused in {explained.Situation} ({facts.Email.Lane})"
                );
        }
    }

    private static async Task<bool> IsTakenAsync(SagaLife life, string action) =>
        action switch
        {
            "retry" => await life.WouldTakeAsync(id => new RetryRequested(id)),
            "cancel" => await life.WouldTakeAsync(id => new CancelRequested(id)),
            "hold" => await life.WouldTakeAsync(id => new HoldRequested(id)),
            "release" => await life.WouldTakeAsync(id => new ReleaseRequested(id)),
            _ => true,
        };

    private static Task Does(Action what)
    {
        what();
        return Task.CompletedTask;
    }

    private static AttemptReport Attempt(SagaLife life, int n) =>
        new(
            life.Now,
            TimeSpan.FromSeconds(1),
            n % 3 == 0 ? null : "mx.test",
            null,
            null,
            n % 4 == 0 ? null : 200 + n % 400,
            n % 5 == 0 ? "4.7.5" : null,
            n % 7 == 0 ? "" : "words"
        )
        {
            Provider = n % 3 == 0 ? null : "b.test",
            Step = n % 6 == 0 ? null : "recipient",
            Rule = n % 8 == 0 ? "a-rule" : null,
        };
}

using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using static ScaiSend.IntegrationTests.Rules.Explanation.Lives;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>Every state and every way into it, led by the real saga: what an explanation says of it.</summary>
public sealed class ExplanationTable
{
    private static readonly Dictionary<string, Case> Cases = CasesUnderWay
        .All.Concat(CasesDeferred.All)
        .Concat(CasesSent.All)
        .Concat(CasesNotSent.All)
        .ToDictionary(it => it.Key, it => it.Value);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task An_explanation_says_what_the_table_says(string name)
    {
        var it = Cases[name];
        var life = (it.Begin ?? (() => SagaLife.Accepted()))();
        await it.Live(life);
        var facts = (it.Facts ?? (one => one.Facts()))(life);

        var explained = ExplainEmail.Run(facts, Depth.Caller);

        Assert.Equal(it.Situation, explained.Situation);
        Assert.Contains(it.Says, explained.Summary, StringComparison.Ordinal);
        Assert.Equal(it.Next is null, explained.Next is null);
        Assert.Contains(it.Next ?? "", explained.Next?.Text ?? "", StringComparison.Ordinal);
        Assert.Equal(it.Actions, string.Join(' ', explained.Actions.Select(a => a.Action)));
        if (it.Unknown is { } unknown)
            Assert.Contains(explained.NotKnown, text => text.Contains(unknown, StringComparison.Ordinal));
        if (it.Because is { } because)
            Assert.Contains(explained.Because, fact => fact.Text.Contains(because, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_situation_has_a_case() => Assert.Empty(Enum.GetValues<Situation>().Except(Cases.Values.Select(it => it.Situation)));

    [Fact]
    public async Task Who_runs_the_installation_is_told_more_than_its_tenants_and_persons_more_than_programs()
    {
        var life = SagaLife.Accepted();
        for (var i = 0; i < 5; i++)
        {
            await DeferAsync(life, a => a with { Rule = "busy" });
            life.Advance(TimeSpan.FromHours(1));
            life.Wake();
        }
        var facts = life.Facts(life.Mail("""{"ip_pool_name":"news"}""")) with { Suspensions = [Suspension(life)] };

        var (caller, support, inside) = (
            ExplainEmail.Run(facts, Depth.Caller),
            ExplainEmail.Run(facts, Depth.Support),
            ExplainEmail.Run(facts, Depth.Operator)
        );

        Assert.Equal(
            (Story.AttemptsForCallers, 5, 5),
            (caller.Because.Count(f => f.Attempt > 0), support.Because.Count(f => f.Attempt > 0), inside.Because.Count(f => f.Attempt > 0))
        );
        Assert.All(caller.Because, f => Assert.Null(f.Provider ?? f.Step ?? f.MxHost ?? f.SourceAddress));
        Assert.Contains(caller.Because, f => f is { Rule: "busy", Reply: "451 4.3.0 later" });
        Assert.Contains(support.Because, f => f is { Provider: "b.test", Step: "recipient", MxHost: null, SourceAddress: null });
        Assert.Contains(inside.Because, f => f is { MxHost: "mx.b.test", MxAddress: "192.0.2.25:25", SourceAddress: "192.0.2.10" });
        Assert.Equal(("news", null, "192.0.2.10"), (caller.Next!.Pool, support.Next!.SourceAddress, inside.Next!.SourceAddress));
        Assert.Equal((null, null), (caller.Operations, support.Operations));
        Assert.Equal(("inflight", true), (inside.Operations!.Lane, inside.Operations.IsSpooled));
        Assert.Equal(facts.Email.DueAt, inside.Operations.LeaseUntil);
        Assert.Equal("b.test", Assert.Single(inside.Operations.Suspensions).Provider);
        Assert.DoesNotContain(support.Actions, a => a.Permission == "operator");
        Assert.Equal(["hold", "lift_suspension"], inside.Actions.Where(a => a.Permission == "operator").Select(a => a.Action));
        Assert.All(
            inside.Actions.Where(a => a.Permission == "operator"),
            a => Assert.StartsWith("scaisend ", a.Command, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_the_recipient_did_is_told_apart_by_persons_and_machines()
    {
        var life = SagaLife.Accepted();
        await DeliverAsync(life);
        life.Advance(TimeSpan.FromHours(1));
        await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, "an image proxy")));
        Assert.Contains("no person is known to have", Assert.Single(Afterwards()), StringComparison.Ordinal);

        await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, null)));
        await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, null)));
        await life.TellAsync(_ => new LinkClicked(Id, new Visit(life.Now, null, null, null), "https://x.test", false, 0));
        await life.TellAsync(_ => new ComplaintReported(Id, "abuse", "b.test"));
        await life.TellAsync(_ => new UnsubscribeRequested(Id, new Visit(life.Now, null, null, null), null));
        await life.TellAsync(_ => new UnsubscribeRequested(Id, new Visit(life.Now, null, null, null), 7));
        await life.TellAsync(_ => new ResubscribeRequested(Id, new Visit(life.Now, null, null, null), 7));

        Assert.Equal(
            [
                "Somebody opened it, 2 times",
                "Somebody followed a link in it",
                "The recipient called it spam, says b.test",
                "The recipient unsubscribed from all mail of this sender",
                "The recipient unsubscribed from group 7",
                "The recipient wants mail of group 7 again",
            ],
            Afterwards()
        );

        IEnumerable<string> Afterwards() => ExplainEmail.Run(life.Facts(), Depth.Caller).Afterwards.Select(f => f.Text);
    }

    [Fact]
    public async Task A_message_says_how_its_recipients_stand_and_that_its_body_is_gone()
    {
        var (one, two) = (SagaLife.Accepted(), SagaLife.Accepted());
        await DeliverAsync(one);
        await DeferAsync(two);
        var mail = one.Mail();
        mail.BodyDeletedAt = SagaLife.Birth;

        var both = MessageExplanation.Explain(
            mail,
            [one.Row(), two.Row()],
            [ExplainEmail.Run(one.Facts(), Depth.Support), ExplainEmail.Run(two.Facts(), Depth.Support)],
            Depth.Support
        );

        Assert.Equal(("2 recipients: 1 delivered, 1 deferred.", "deferred"), (both.Summary, both.Status));
        Assert.Contains(
            "What the message said was deleted at 2026-11-25 12:00:00 UTC",
            Assert.Single(both.Notes),
            StringComparison.Ordinal
        );
        Assert.Equal("Nothing of its recipients is stored any more.", MessageExplanation.Explain(mail, [], [], Depth.Support).Summary);
    }
}

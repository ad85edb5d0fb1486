using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Pacing;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Policies;

namespace ScaiSend.IntegrationTests.Rules.Pacing;

public sealed class SignalsOfReplies
{
    [Theory]
    [InlineData(421, null, "greeting", PaceSignal.SlowDown)]
    [InlineData(421, "4.3.2", "mail", PaceSignal.SlowDown)]
    [InlineData(450, "4.7.1", "recipient", PaceSignal.SlowDown)]
    [InlineData(451, "4.7.650", "content", PaceSignal.SlowDown)]
    [InlineData(450, "4.2.1", "recipient", PaceSignal.Neutral)]
    [InlineData(452, "4.2.2", "recipient", PaceSignal.Neutral)]
    [InlineData(null, null, "connect", PaceSignal.NoConnection)]
    [InlineData(null, null, "greeting", PaceSignal.NoConnection)]
    [InlineData(null, null, "content", PaceSignal.Neutral)]
    [InlineData(null, null, null, PaceSignal.Neutral)]
    public void A_deferral_says_so(int? code, string? enhanced, string? step, PaceSignal signal) =>
        Assert.Equal(signal, PaceSignals.Of(Outcome(new Verdict.Deferred(), code, enhanced, step)));

    [Fact]
    public void A_delivery_is_a_success() =>
        Assert.Equal(PaceSignal.Success, PaceSignals.Of(Outcome(new Verdict.Delivered(), 250, "2.0.0", "content")));

    [Fact]
    public void A_bounce_says_nothing() =>
        Assert.Equal(PaceSignal.Neutral, PaceSignals.Of(Outcome(new Verdict.Bounced(BounceClass.Hard), 550, "5.1.1", "recipient")));

    [Theory]
    [InlineData(true, PaceSignal.SlowDown)]
    [InlineData(false, PaceSignal.Neutral)]
    public void A_rule_that_matched_has_the_say(bool slowsDown, PaceSignal signal)
    {
        var rule = new ReplyRule("greylisting", new ReplyPattern(), new ReplyAction { SlowDown = slowsDown });
        Assert.Equal(signal, PaceSignals.Of(Outcome(new Verdict.Deferred(), 451, "4.7.1", "recipient") with { Rule = rule }));
    }

    private static SendOutcome Outcome(Verdict verdict, int? code, string? enhanced, string? step) =>
        new(new AttemptReport(default, default, null, null, null, code, enhanced, "text") { Step = step }, verdict);
}

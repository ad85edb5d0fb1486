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
    // What we object to ourselves is no wish of the receiver's.
    [InlineData(null, "4.7.5", "tls", PaceSignal.Neutral)]
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
    [InlineData(true, 450, null, "recipient", PaceSignal.SlowDown)]
    [InlineData(false, 451, "4.7.1", "recipient", PaceSignal.Neutral)]
    [InlineData(null, 451, "4.7.1", "recipient", PaceSignal.SlowDown)]
    [InlineData(null, 450, null, "recipient", PaceSignal.Neutral)]
    [InlineData(null, null, null, "connect", PaceSignal.NoConnection)]
    public void A_rule_has_the_say_where_it_says_something(bool? slowsDown, int? code, string? enhanced, string step, PaceSignal signal)
    {
        var rule = new ReplyRule("rule", new ReplyPattern(), new ReplyAction { Defer = true, SlowDown = slowsDown });
        Assert.Equal(signal, PaceSignals.Of(Outcome(new Verdict.Deferred(), code, enhanced, step) with { Rule = rule }));
    }

    [Theory]
    [InlineData(421, "greeting", PaceSignal.SlowDown)]
    [InlineData(null, "connect", PaceSignal.Success)]
    public void A_host_that_asked_for_less_is_heard_though_another_one_took_the_mail(int? code, string step, PaceSignal signal) =>
        Assert.Equal(
            signal,
            PaceSignals.Of(
                Outcome(new Verdict.Delivered(), 250, null, "content") with
                {
                    Passed = Outcome(new Verdict.Deferred(), code, null, step),
                }
            )
        );

    private static SendOutcome Outcome(Verdict verdict, int? code, string? enhanced, string? step) =>
        new(new AttemptReport(default, default, null, null, null, code, enhanced, "text") { Step = step }, verdict);
}

using System.Globalization;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Pacing;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Policies;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Cli.Policy;

/// <summary>One answer to one attempt, as a policy has to judge it.</summary>
/// <param name="Attempt">Its number, from 1.</param>
internal sealed record JudgedReply(Answer Answer, string? Step, string? Provider, string Domain, Guid? TenantId, int Attempt)
{
    /// <summary>How long after acceptance (or <c>send_at</c>) the attempt was; zero when unknown.</summary>
    public TimeSpan Age { get; init; }
}

/// <summary>What a policy makes of a reply. Pure: <c>explain</c> shows it, <c>dry-run</c> compares two.</summary>
/// <param name="Wait">Until the next attempt, when it is deferred.</param>
internal sealed record Decision(Verdict Verdict, ReplyRule? Rule, TimeSpan? Wait, TimeSpan GiveUpAfter, bool SlowsDown, bool IsTooOld)
{
    public static Decision Of(DeliveryPolicy policy, RetrySchedule fallback, JudgedReply reply)
    {
        var (verdict, rule) = ReplyVerdict.Of(reply.Answer, reply.Step, policy, reply.Provider);
        var handling = policy.For(reply.Provider, reply.Domain, reply.TenantId);
        var wait =
            verdict is Verdict.Deferred
                ? rule?.Then.DelayAfter(reply.Attempt) ?? RetrySchedule.WaitAfter(reply.Attempt, handling.Schedule ?? fallback.Default)
                : (TimeSpan?)null;
        var giveUpAfter = handling.GiveUpAfter ?? fallback.DefaultGiveUpAfter;
        var received = reply.Answer as Answer.Reply;
        return new Decision(
            verdict,
            rule,
            wait,
            giveUpAfter,
            PaceSignals.SlowsDown(rule, received?.Code, received?.EnhancedStatusCode),
            reply.Age >= giveUpAfter
        );
    }

    /// <summary>Such as <c>deferred, next in 5m</c> or <c>bounced (hard)</c>.</summary>
    public string Outcome =>
        Verdict switch
        {
            Verdict.Delivered => "delivered",
            Verdict.Deferred when IsTooOld => "given up, because it is too old",
            Verdict.Deferred => $"deferred, next in {Durations.Show(Wait!.Value)}",
            Verdict.Bounced bounced => $"bounced ({bounced.Class.ToString().ToLower(CultureInfo.InvariantCulture)})",
            _ => throw new InvalidOperationException($"{Verdict} is no verdict"),
        };

    /// <summary>What happens to other mail of the same provider; empty when nothing does.</summary>
    public string Pace =>
        string.Join(
            " and ",
            new[]
            {
                SlowsDown ? "the provider is slowed down" : null,
                Rule?.Then.SuspendFor is { } pause ? $"the provider is suspended for {Durations.Show(pause)}" : null,
            }.OfType<string>()
        );

    /// <summary>All of it in one line, by which decisions are compared.</summary>
    public string Words =>
        Outcome
        + (Verdict is Verdict.Deferred ? $", given up after {Durations.Show(GiveUpAfter)}" : "")
        + (Pace.Length > 0 ? $"; {Pace}" : "");
}

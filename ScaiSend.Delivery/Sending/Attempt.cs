using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Sending;

/// <summary>One try to hand a mail over, while it goes on: its clock, and the troubles met on the way from host to host.</summary>
internal sealed class Attempt(MxRoute.ToHosts route, DeliveryPolicy policy, TimeSpan limit, TimeProvider time)
{
    // A timer may fire a millisecond early; what is left then is no time to try another host in.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();
    private SendOutcome? _trouble;

    // AttemptReport keeps no more.
    private const int LongestReply = 1000;
    private const int LongestRemark = 300;

    public MxRoute.ToHosts Route => route;

    public TimeSpan TimeLeft => limit - time.GetElapsedTime(_start);

    /// <summary>Whether there is no time left to try another host.</summary>
    public bool IsOver => TimeLeft < Shortest;

    /// <summary>Notes a trouble after which another host may be tried. One that can pass weighs more than one that cannot.</summary>
    public void Note(Answer answer, SmtpConnection? connection = null)
    {
        var outcome = Judge(answer, connection);
        if (_trouble?.Verdict is not Verdict.Deferred || outcome.Verdict is Verdict.Deferred)
            _trouble = outcome;
    }

    /// <summary>The outcome when no host is left.</summary>
    public SendOutcome Outcome() =>
        _trouble is { } trouble
            ? trouble with
            {
                Attempt = trouble.Attempt with { Duration = time.GetElapsedTime(_start) },
            }
            : Judge(new Answer.Trouble(TroubleKind.NoRoute, "The domain has no mail host"), null);

    /// <summary>The outcome of an answer that no other host can change; tells of the trouble before it.</summary>
    public SendOutcome Outcome(Answer answer, SmtpConnection? connection)
    {
        var outcome = Judge(answer, connection);
        if (_trouble is not { Attempt: var before })
            return outcome;
        var host = before.MxHost is { } name ? $"{name}: " : "";
        var code = before.ReplyCode is { } number ? $"{number} " : "";
        var remark = $"before it {host}{code}{before.Reply}";
        return outcome with
        {
            Attempt = outcome.Attempt with
            {
                Reply = WithRemark(outcome.Attempt.Reply, remark.Length > LongestRemark ? remark[..LongestRemark] : remark),
            },
            Passed = _trouble,
        };
    }

    private SendOutcome Judge(Answer answer, SmtpConnection? connection)
    {
        var reached = connection is { WasReached: true } ? connection : null;
        var reply = answer as Answer.Reply;
        var step = (reply?.Step ?? connection?.Step)?.RuleWord();
        var (verdict, rule) = ReplyVerdict.Of(answer, step, policy, route.Provider);
        var place = connection is { WasReached: false } ? $"{connection.Host.Name} {connection.Address}: " : "";
        return new SendOutcome(
            new AttemptReport(
                _startedAt,
                time.GetElapsedTime(_start),
                reached?.Host.Name,
                reached?.Address.ToString(),
                reached?.Tls,
                reply?.Code,
                reply?.EnhancedStatusCode ?? (answer as Answer.Trouble)?.EnhancedStatusCode,
                WithRemark(place + answer.Text, route.Remark)
            )
            {
                Provider = route.Provider,
                Source = route.Source,
                Step = step,
                Rule = rule?.Name,
                TlsPolicy = connection is null
                    ? null
                    : route.Tls.Describe(connection.Host.Name, connection.Tls, connection.Certificate, connection.IsFallback),
                Certificate = connection?.Certificate,
            },
            verdict,
            rule
        );
    }

    private static string WithRemark(string reply, string? remark)
    {
        if (remark is null)
            return reply;
        var room = LongestReply - remark.Length - " ()".Length;
        return $"{(reply.Length <= room ? reply : reply[..room])} ({remark})";
    }
}

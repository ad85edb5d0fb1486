namespace ScaiSend.Api.MailSend;

/// <summary>Reads a <c>send_at</c>.</summary>
internal static class SendAtField
{
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromHours(72);

    /// <summary>The moment asked for, also when it has passed; null when none was given or it is refused.</summary>
    public static DateTimeOffset? Read(ref JsonCursor json, DateTimeOffset now)
    {
        var seconds = json.Integer(
            ifNot: "The send_at parameter is expecting a Unix timestamp as an integer. We will send immediately if you include a send_at timestamp that is in the past."
        );
        if (seconds is null)
            return null;
        if (seconds > (now + FurthestAhead).ToUnixTimeSeconds())
        {
            json.Errors.Add("Scheduling more than 72 hours in advance is forbidden.");
            return null;
        }
        return DateTimeOffset.FromUnixTimeSeconds(Math.Max(seconds.Value, 0));
    }

    /// <summary>When to send a personalization; see <see cref="ParsedPersonalization"/>.</summary>
    public static DateTimeOffset? Effective(DateTimeOffset? own, DateTimeOffset? shared, DateTimeOffset now) =>
        IfFuture(own ?? shared, now) ?? (shared > now ? now : null);

    /// <summary>A moment that is not in the future means now, which is no moment at all.</summary>
    public static DateTimeOffset? IfFuture(DateTimeOffset? moment, DateTimeOffset now) => moment > now ? moment : null;
}

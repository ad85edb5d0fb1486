namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>send_at</c>.</summary>
internal static class SendTime
{
    private static readonly TimeSpan Furthest = TimeSpan.FromHours(72);

    public static DateTimeOffset? Read(Field owner, DateTimeOffset now)
    {
        if (owner.Integer("send_at") is not { } seconds)
            return null;
        if (seconds > (now + Furthest).ToUnixTimeSeconds())
        {
            owner.Fail("send_at", Texts.SendAt);
            return null;
        }
        // The past means now, which a personalization may well want against a later time of the message.
        return seconds <= now.ToUnixTimeSeconds() ? now : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }
}

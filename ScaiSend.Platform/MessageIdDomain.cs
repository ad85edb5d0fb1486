namespace ScaiSend.Platform;

/// <summary>What stands right of the at sign in a mail's Message-ID (RFC 5322 §3.6.4): one name for all mail, or the sender's domain.</summary>
/// <param name="Name">Null or empty: the sender's domain.</param>
public sealed record MessageIdDomain(string? Name)
{
    /// <summary>The Message-ID of an email, with its brackets: the same in the mail and in what is told of it.</summary>
    /// <param name="senderDomain">As A-label, in the letter case of the From address.</param>
    public string IdOf(Guid emailId, string senderDomain) => $"<{emailId:N}@{(Name is { Length: > 0 } ? Name : senderDomain)}>";
}

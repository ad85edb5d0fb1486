namespace ScaiSend.Platform.Storage.Identity;

/// <summary>Somebody who is signed in to the console, under the hash of what his browser keeps. His credentials are in it, sealed.</summary>
public sealed class ConsoleSession
{
    /// <summary>SHA-256 of the cookie's secret.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The credentials, sealed for this purpose alone.</summary>
    public required byte[] Sealed { get; set; }

    /// <summary>Until when somebody is renewing the credentials; null when nobody is. A refresh token is good once.</summary>
    public DateTimeOffset? RenewingUntil { get; set; }
    public DateTimeOffset ExpiresAt { get; init; }
}

namespace ScaiSend.Platform.Stats;

/// <summary>By what numbers are told apart. The values are stored.</summary>
public enum StatsDimension : byte
{
    /// <summary>By nothing: all of a tenant, with an empty name.</summary>
    All = 0,
    Category = 1,
    MailboxProvider = 2,
    Browser = 3,
    Device = 4,

    // A client's name is told apart by its type.
    PhoneClient = 10,
    TabletClient = 11,
    WebmailClient = 12,
    DesktopClient = 13,
    OtherClient = 14,

    /// <summary>The time zones in which a day's numbers were counted, all numbers 0: so a rebuild finds the days of another zone.</summary>
    Zone = 100,
}

namespace ScaiSend.Contracts.Simulation;

/// <summary>What becomes of an email that is only simulated. A closed choice.</summary>
public enum Scenario : byte
{
    Delivered = 1,

    /// <summary>451 once, and 250 at the next attempt.</summary>
    Deferred = 2,

    /// <summary>The address is unknown.</summary>
    Bounce = 3,

    /// <summary>The mailbox is full.</summary>
    SoftBounce = 4,

    /// <summary>Refused for reputation.</summary>
    Blocked = 5,

    /// <summary>Delivered, and called spam.</summary>
    Complaint = 6,

    /// <summary>Delivered, and opened.</summary>
    Open = 7,

    /// <summary>Delivered, opened, and a link followed.</summary>
    Click = 8,

    /// <summary>Delivered, and no more wanted.</summary>
    Unsubscribe = 9,

    /// <summary>The reserved address names none of them: it bounces, and the reply says which there are.</summary>
    Unknown = 10,
}

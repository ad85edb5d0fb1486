using ScaiSend.Contracts.Messages;
using ScaiSend.Contracts.Simulation;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Processing.Rendering;

/// <summary>All that decides the bytes of one recipient's copy: the same values give the same mail.</summary>
public sealed record EmailToRender(
    Guid EmailId,
    Guid MessageId,
    Guid TenantId,
    string Recipient,
    DateTimeOffset Date,
    MessageContent Content,
    Personalization Personalization
)
{
    public TrackingSettings Tracking { get; init; } = TrackingSettings.Off;

    /// <summary>Who stands in From. SendGrid lets a personalization name a sender of its own.</summary>
    public Address Sender => Personalization.From ?? Content.From;

    /// <summary>The domain of its return path; null for the installation's own.</summary>
    public string? ReturnPathDomain { get; init; }

    /// <summary>The unsubscribe group of the mail.</summary>
    public int? GroupId { get; init; }

    /// <summary>What it plays when it is only simulated; null for real mail.</summary>
    public Scenario? Scenario { get; init; }
}

using ScaiSend.Contracts.Messages;

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
);

using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Says what a mail to a return path or a feedback address reports. It never throws, whatever the bytes; it stores and applies nothing.</summary>
public sealed class ReportReader(ReturnPaths paths)
{
    public Report Read(ReadOnlyMemory<byte> mail, string envelopeRecipient)
    {
        var at = envelopeRecipient.LastIndexOf('@');
        return at > 0 && paths.TryReadLocalPart(envelopeRecipient[..at], out _) && mail.Length > 0
            ? new Report.Unparseable("No report that is understood")
            : new Report.Unparseable("No token of ours");
    }
}

using System.Buffers;
using System.Net;
using MimeKit;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Reads a feedback report (RFC 5965): who complains about an email, and how.</summary>
internal static class FeedbackReport
{
    private const int LongestType = 40;
    private const int LongestSource = 255;

    private static readonly SearchValues<char> SignsOfType = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    // RFC 6430 takes a complaint back; RFC 6591 is one machine telling another that a signature failed. Nobody complained.
    private static readonly HashSet<string> NoComplaint = ["not-spam", "auth-failure"];

    public static Report Read(MimePart part, Guid emailId)
    {
        var fields = FieldGroups.Of(part).FirstOrDefault() ?? new Dictionary<string, string>();
        var type = TypeIn(fields.GetValueOrDefault("Feedback-Type"));
        return NoComplaint.Contains(type)
            ? new Report.AutoReply(emailId)
            : new Report.Complaint(emailId, type, SourceIn(fields)) { SourceAddress = AddressIn(fields.GetValueOrDefault("Source-IP")) };
    }

    // RFC 5965 §7.3: the registry grows, and what is not known to us is a complaint all the same.
    private static string TypeIn(string? value)
    {
        var word = (value ?? "").ToLowerInvariant();
        var end = word.AsSpan().IndexOfAnyExcept(SignsOfType);
        word = end < 0 ? word : word[..end];
        return word.Length is > 0 and <= LongestType ? word : "other";
    }

    private static string? AddressIn(string? value) =>
        value is { Length: <= 45 } && IPAddress.TryParse(value.Trim(), out var address) ? address.ToString() : null;

    private static string? SourceIn(IReadOnlyDictionary<string, string> fields)
    {
        var source = fields.GetValueOrDefault("Reporting-MTA") is { } mta
            ? mta[(mta.IndexOf(';') + 1)..].Trim()
            : fields.GetValueOrDefault("User-Agent");
        return source is { Length: > LongestSource } ? source[..LongestSource] : source;
    }
}

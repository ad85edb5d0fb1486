using System.Text.Json;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>What an event tells beside its reason, as far as an explanation needs it.</summary>
public sealed record ToldData(
    string? BounceType,
    string? Status,
    int? SmtpCode,
    int? Attempt,
    bool IsAfterDelivery,
    string? ReportedBy,
    string? FeedbackType,
    string? Source,
    int? GroupId
)
{
    private static readonly ToldData Nothing = new(null, null, null, null, false, null, null, null, null);

    public static ToldData Read(string? json)
    {
        if (json is null)
            return Nothing;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new ToldData(
            Text(root, "bounce_type"),
            Text(root, "status"),
            Number(root, "smtp_code"),
            Number(root, "attempt"),
            // Once it was written as a text.
            root.TryGetProperty("after_delivery", out var after) && after.ToString().Equals("true", StringComparison.OrdinalIgnoreCase),
            Text(root, "reported_by"),
            Text(root, "feedback_type"),
            Text(root, "source"),
            Number(root, "group_id")
        );
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;
}

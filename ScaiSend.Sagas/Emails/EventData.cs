using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Sagas.Emails;

/// <summary>What an event tells beside its reason; shown as its <c>metadata</c>. What does not apply is left out.</summary>
internal sealed record EventData
{
    public int? Attempt { get; init; }
    public int? SmtpCode { get; init; }

    /// <summary>RFC 3463.</summary>
    public string? Status { get; init; }
    public string? MxHost { get; init; }
    public string? MxIp { get; init; }

    /// <summary>Of an attempt: our source address. Of what the recipient did: its address.</summary>
    public string? Ip { get; init; }
    public string? Tls { get; init; }
    public string? Provider { get; init; }
    public string? BounceType { get; init; }
    public string? ReportedBy { get; init; }
    public bool? AfterDelivery { get; init; }
    public string? FeedbackType { get; init; }
    public string? Source { get; init; }
    public string? UserAgent { get; init; }
    public string? Url { get; init; }

    /// <summary><c>html</c> or <c>text</c>: where the link stood.</summary>
    public string? UrlPart { get; init; }

    /// <summary>0, 1, 2 … : which of the links there.</summary>
    public int? UrlIndex { get; init; }
    public int? GroupId { get; init; }

    /// <summary>Why it is taken for a machine's doing.</summary>
    public string? MachineReason { get; init; }

    public string Write() => JsonSerializer.Serialize(this, EventDataJson.Shared.EventData);

    public static EventData Of(AttemptReport attempt, int number) =>
        new()
        {
            Attempt = number,
            SmtpCode = attempt.ReplyCode,
            Status = attempt.EnhancedStatusCode,
            MxHost = attempt.MxHost,
            MxIp = WithoutPort(attempt.MxAddress),
            Ip = attempt.Source,
            Tls = attempt.Tls,
            Provider = attempt.Provider,
        };

    private static string? WithoutPort(string? address) =>
        address is not null && IPEndPoint.TryParse(address, out var endpoint) ? endpoint.Address.ToString() : address;
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EventData))]
internal sealed partial class EventDataJson : JsonSerializerContext
{
    public static EventDataJson Shared { get; } =
        new(
            new JsonSerializerOptions
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            }
        );
}

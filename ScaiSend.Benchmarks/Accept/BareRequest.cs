using System.Text.Json.Serialization;

namespace ScaiSend.Benchmarks.Accept;

/// <summary>The body that both sides parse, as plainly as can be: no rule is checked.</summary>
public sealed record BareRequest(
    [property: JsonPropertyName("personalizations")] IReadOnlyList<BarePersonalization> Personalizations,
    [property: JsonPropertyName("from")] BareAddress From,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("content")] IReadOnlyList<BareContent> Content
);

/// <summary>To whom.</summary>
public sealed record BarePersonalization([property: JsonPropertyName("to")] IReadOnlyList<BareAddress> To);

/// <summary>An address.</summary>
public sealed record BareAddress([property: JsonPropertyName("email")] string Email, [property: JsonPropertyName("name")] string? Name);

/// <summary>A body part.</summary>
public sealed record BareContent([property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("value")] string Value);

/// <summary>The answer.</summary>
public sealed record BareAnswer([property: JsonPropertyName("message_id")] string MessageId);

[JsonSerializable(typeof(BareRequest))]
[JsonSerializable(typeof(BareAnswer))]
internal sealed partial class BareJson : JsonSerializerContext;

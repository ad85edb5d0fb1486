using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScaiSend.Contracts.Messages;

/// <summary>The stored form of a message's content and of a personalization: JSON as UTF-8.</summary>
public static class StoredContent
{
    /// <summary>The stored form of a message's content.</summary>
    public static byte[] Write(MessageContent content) =>
        JsonSerializer.SerializeToUtf8Bytes(content, StoredContentJson.Shared.MessageContent);

    /// <summary>The stored form of a personalization.</summary>
    public static byte[] Write(Personalization personalization) =>
        JsonSerializer.SerializeToUtf8Bytes(personalization, StoredContentJson.Shared.Personalization);

    /// <summary>Reads a message's content back.</summary>
    public static MessageContent Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StoredContentJson.Shared.MessageContent)
        ?? throw new JsonException("A stored message content is null.");

    /// <summary>Reads a personalization back.</summary>
    public static Personalization ReadPersonalization(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StoredContentJson.Shared.Personalization)
        ?? throw new JsonException("A stored personalization is null.");
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MessageContent))]
[JsonSerializable(typeof(Personalization))]
internal sealed partial class StoredContentJson : JsonSerializerContext
{
    public static StoredContentJson Shared { get; } =
        new(
            new JsonSerializerOptions
            {
                // Stored, never shown in a page: HTML stays readable and short.
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            }
        );
}

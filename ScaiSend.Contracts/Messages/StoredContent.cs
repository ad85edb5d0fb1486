using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using K4os.Compression.LZ4;

namespace ScaiSend.Contracts.Messages;

/// <summary>The stored form of a message's content and of a personalization: JSON as UTF-8, a larger content packed with LZ4.</summary>
public static class StoredContent
{
    /// <summary>Contents of this size are packed: smaller ones cost the database little as they are.</summary>
    public const int PackedFrom = 8 * 1024;

    // JSON begins with a brace, so any other first byte can name a form.
    private const byte Packed = 1;

    /// <summary>The stored form of a message's content.</summary>
    public static byte[] Write(MessageContent content)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(content, StoredContentJson.Shared.MessageContent);
        return json.Length < PackedFrom ? json : [Packed, .. LZ4Pickler.Pickle(json)];
    }

    /// <summary>The stored form of a personalization.</summary>
    public static byte[] Write(Personalization personalization) =>
        JsonSerializer.SerializeToUtf8Bytes(personalization, StoredContentJson.Shared.Personalization);

    /// <summary>Reads a message's content back.</summary>
    public static MessageContent Read(ReadOnlySpan<byte> stored) =>
        JsonSerializer.Deserialize(Unpack(stored), StoredContentJson.Shared.MessageContent)
        ?? throw new JsonException("A stored message content is null.");

    /// <summary>Reads a personalization back.</summary>
    public static Personalization ReadPersonalization(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StoredContentJson.Shared.Personalization)
        ?? throw new JsonException("A stored personalization is null.");

    private static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> stored) =>
        stored is [Packed, .. var pickled] ? LZ4Pickler.Unpickle(pickled) : stored;
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

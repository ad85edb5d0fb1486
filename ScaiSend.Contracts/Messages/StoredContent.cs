using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using K4os.Compression.LZ4;

namespace ScaiSend.Contracts.Messages;

/// <summary>
/// The stored form of a message's content and of a personalization: JSON as UTF-8. A content's bodies follow its JSON as they are, since HTML is slow
/// to read out of JSON; a larger content is packed with LZ4.
/// </summary>
public static class StoredContent
{
    /// <summary>Contents of this size are packed: smaller ones cost the database little as they are.</summary>
    public const int PackedFrom = 8 * 1024;

    // JSON begins with a brace, so any other first byte can name a form.
    private const byte Packed = 1;
    private const byte BodiesApart = 2;
    private const int LengthSize = sizeof(int);

    /// <summary>The stored form of a message's content.</summary>
    public static byte[] Write(MessageContent content)
    {
        // The form, the length of the JSON and the JSON; then each body's length and the body. Lengths have four bytes, the lowest first.
        var json = JsonSerializer.SerializeToUtf8Bytes(
            content with
            {
                Content = [.. content.Content.Select(part => part with { Value = "" })],
            },
            StoredContentJson.Shared.MessageContent
        );
        var bodies = content.Content.Select(part => Encoding.UTF8.GetByteCount(part.Value)).ToArray();
        var stored = new byte[1 + LengthSize + json.Length + bodies.Sum(length => LengthSize + length)];
        stored[0] = BodiesApart;
        var rest = WriteLength(stored.AsSpan(1), json.Length);
        json.CopyTo(rest);
        rest = rest[json.Length..];
        for (var i = 0; i < bodies.Length; i++)
        {
            rest = WriteLength(rest, bodies[i]);
            rest = rest[Encoding.UTF8.GetBytes(content.Content[i].Value, rest)..];
        }
        return stored.Length < PackedFrom ? stored : [Packed, .. LZ4Pickler.Pickle(stored)];
    }

    /// <summary>The stored form of a personalization.</summary>
    public static byte[] Write(Personalization personalization) =>
        JsonSerializer.SerializeToUtf8Bytes(personalization, StoredContentJson.Shared.Personalization);

    /// <summary>Reads a message's content back.</summary>
    public static MessageContent Read(ReadOnlySpan<byte> stored)
    {
        if (stored is [Packed, .. var pickled])
            stored = LZ4Pickler.Unpickle(pickled);
        if (stored is not [BodiesApart, ..])
            return ReadJson(stored);
        var rest = stored[1..];
        var content = ReadJson(Take(ref rest));
        var parts = new ContentPart[content.Content.Count];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = content.Content[i] with { Value = Encoding.UTF8.GetString(Take(ref rest)) };
        return content with { Content = parts };
    }

    /// <summary>Reads a personalization back.</summary>
    public static Personalization ReadPersonalization(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StoredContentJson.Shared.Personalization)
        ?? throw new JsonException("A stored personalization is null.");

    private static MessageContent ReadJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StoredContentJson.Shared.MessageContent)
        ?? throw new JsonException("A stored message content is null.");

    private static Span<byte> WriteLength(Span<byte> to, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, length);
        return to[LengthSize..];
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(from);
        var taken = from.Slice(LengthSize, length);
        from = from[(LengthSize + length)..];
        return taken;
    }
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

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Platform.Webhooks;

/// <summary>What one POST carries.</summary>
/// <param name="EventId">Of the only event, in its public form; null for a batch.</param>
/// <param name="EventType">Of the only event; null for a batch.</param>
public sealed record WebhookBody(ReadOnlyMemory<byte> Bytes, string? EventId = null, string? EventType = null)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body for these events; <see cref="WebhookKind.Single"/> takes exactly one.</summary>
    public static WebhookBody Of(WebhookKind kind, IReadOnlyList<ToldEvent> events) =>
        kind == WebhookKind.Single ? Of(events.Single()) : Of(events.Select(SendGridEvent.Write));

    /// <summary>A batch of events that are written already: SendGrid's array, with its line ends.</summary>
    public static WebhookBody Of(IEnumerable<byte[]> events)
    {
        var bytes = new ArrayBufferWriter<byte>(4096);
        bytes.Write("["u8);
        var isFirst = true;
        foreach (var one in events)
        {
            if (!isFirst)
                bytes.Write(",\r\n"u8);
            isFirst = false;
            bytes.Write(one);
        }
        bytes.Write("]\r\n"u8);
        return new WebhookBody(bytes.WrittenMemory);
    }

    private static WebhookBody Of(ToldEvent told)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes, Relaxed))
            EventEnvelope.Write(json, told);
        return new WebhookBody(bytes.WrittenMemory, Ids.ShowEvent(told.EmailId, told.Number), told.Type);
    }
}

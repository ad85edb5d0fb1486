using System.Text.Json;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Platform.Storage.Events;

/// <summary>An event as our own webhooks and the feed show it: always with the same bytes, so that a repeated POST is the same POST.</summary>
public static class EventEnvelope
{
    /// <summary>Writes one object.</summary>
    public static void Write(Utf8JsonWriter json, ToldEvent told)
    {
        json.WriteStartObject();
        json.WriteString("event_id", Ids.ShowEvent(told.EmailId, told.Number));
        json.WriteString("event_type", told.Type);
        json.WriteNumber("timestamp", told.At.ToUnixTimeSeconds());
        json.WriteString("message_id", Ids.Show(Ids.Message, told.MessageId));
        json.WriteString("email_id", Ids.Show(Ids.Email, told.EmailId));
        json.WriteNumber("sequence", told.Number);
        json.WriteString("recipient_email", told.Recipient);
        json.WriteString("tenant_id", Ids.Show(Ids.Tenant, told.TenantId));
        if (told.Flags.HasFlag(EventFlags.Simulated))
            json.WriteBoolean("simulated", true);
        json.WritePropertyName("metadata");
        WriteMetadata(json, told);
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, ToldEvent told)
    {
        json.WriteStartObject();
        if (told.Reason is { } reason)
            json.WriteString(IsReply(told) ? "smtp_response" : "reason", reason);
        if (told.Data is { } data)
        {
            using var known = JsonDocument.Parse(data);
            foreach (var property in known.RootElement.EnumerateObject())
                property.WriteTo(json);
        }
        if (told.Type is EventTypes.Open or EventTypes.Click)
            json.WriteBoolean("machine", told.Flags.HasFlag(EventFlags.Machine));
        if (told.Categories != "[]")
        {
            json.WritePropertyName("categories");
            json.WriteRawValue(told.Categories);
        }
        if (told.CustomArgs is { } arguments)
        {
            json.WritePropertyName("custom_args");
            json.WriteRawValue(arguments);
        }
        json.WriteEndObject();
    }

    private static bool IsReply(ToldEvent told) =>
        told.Type is EventTypes.Delivered or EventTypes.Deferred or EventTypes.Bounce or EventTypes.Blocked;
}

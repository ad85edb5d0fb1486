using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Platform.Webhooks;

/// <summary>An event as SendGrid's event webhook shows it: with its names, and always with the same bytes.</summary>
public static class SendGridEvent
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object.</summary>
    public static byte[] Write(ToldEvent told)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes, Relaxed))
            new Fields(json, told).Write();
        return Escape(bytes.WrittenSpan);
    }

    /// <summary>SendGrid's encoder writes these three as \u003c, \u003e and \u0026. They stand in texts only, so no other place is touched.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny("<>&"u8) < 0)
            return json.ToArray();
        var escaped = new ArrayBufferWriter<byte>(json.Length + 64);
        for (int next; (next = json.IndexOfAny("<>&"u8)) >= 0; json = json[(next + 1)..])
        {
            escaped.Write(json[..next]);
            escaped.Write(
                json[next] switch
                {
                    (byte)'<' => "\\u003c"u8,
                    (byte)'>' => "\\u003e"u8,
                    _ => "\\u0026"u8,
                }
            );
        }
        escaped.Write(json);
        return escaped.WrittenSpan.ToArray();
    }

    /// <summary>SendGrid's name for a type of ours.</summary>
    public static string NameOf(string type) =>
        type switch
        {
            EventTypes.SpamReport => "spamreport",
            EventTypes.Blocked => "bounce",
            _ => type,
        };

    private sealed class Fields(Utf8JsonWriter json, ToldEvent told)
    {
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);
        private JsonElement _data;
        private MessageSettings _settings = MessageSettings.None;

        public void Write()
        {
            using var data = JsonDocument.Parse(told.Data ?? "{}");
            _data = data.RootElement;
            _settings = MessageSettings.Read(told.Settings);
            json.WriteStartObject();
            WriteCommon();
            WriteOwn();
            WriteCustomArgs();
            json.WriteEndObject();
        }

        private void WriteCommon()
        {
            Text("email", told.Recipient);
            Name("timestamp");
            json.WriteNumberValue(told.At.ToUnixTimeSeconds());
            Text("event", NameOf(told.Type));
            Text("sg_event_id", Ids.ShowEvent(told.EmailId, told.Number));
            // What stands before the first dot is our X-Message-Id.
            Text("sg_message_id", $"{Ids.Show(Ids.Message, told.MessageId)}.{told.EmailId:N}.0");
            Raw("category", told.Categories == "[]" ? null : told.Categories);
            Number("asm_group_id", IntOf("group_id") ?? _settings.GroupId);
            if (told.TemplateId is { Length: > 0 } template)
                Text("sg_template_id", template);
            if (told.Flags.HasFlag(EventFlags.Simulated))
            {
                Name("simulated");
                json.WriteBooleanValue(true);
            }
        }

        private void WriteOwn()
        {
            switch (told.Type)
            {
                case EventTypes.Processed:
                    SmtpId();
                    WritePool();
                    Number("send_at", told.SendAt?.ToUnixTimeSeconds() ?? 0);
                    break;
                case EventTypes.Deferred:
                    SmtpId();
                    Text("response", told.Reason);
                    Text("reason", told.Reason);
                    Text("attempt", IntOf("attempt")?.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    Text("domain", told.Recipient[(told.Recipient.LastIndexOf('@') + 1)..]);
                    Attempt();
                    break;
                case EventTypes.Delivered:
                    SmtpId();
                    Text("response", told.Reason);
                    Attempt();
                    break;
                case EventTypes.Bounce or EventTypes.Blocked:
                    SmtpId();
                    Text("reason", told.Reason);
                    Text("status", TextOf("status"));
                    Text("type", told.Type == EventTypes.Blocked ? "blocked" : "bounce");
                    Text("bounce_classification", Classification());
                    Attempt();
                    break;
                case EventTypes.Dropped:
                    SmtpId();
                    Text("reason", told.Reason);
                    Text("status", TextOf("status"));
                    break;
                case EventTypes.Open:
                    Visit();
                    Name("sg_machine_open");
                    json.WriteBooleanValue(told.Flags.HasFlag(EventFlags.Machine));
                    Text("sg_content_type", "html");
                    break;
                case EventTypes.Click:
                    Visit();
                    Text("url", TextOf("url"));
                    WriteOffset();
                    break;
                case EventTypes.GroupUnsubscribe or EventTypes.GroupResubscribe:
                    Visit();
                    Text("url", TextOf("url"));
                    break;
            }
        }

        // A key that the event has keeps the event's value.
        private void WriteCustomArgs()
        {
            if (told.CustomArgs is null)
                return;
            using var arguments = JsonDocument.Parse(told.CustomArgs);
            foreach (var argument in arguments.RootElement.EnumerateObject().Where(a => _written.Add(a.Name)))
                argument.WriteTo(json);
        }

        private void SmtpId() => Text("smtp-id", told.MessageIdHeader);

        private void Attempt()
        {
            Text("ip", TextOf("ip"));
            Number("tls", TextOf("tls") is null ? 0 : 1);
        }

        private void Visit()
        {
            Text("useragent", TextOf("user_agent"));
            Text("ip", TextOf("ip"));
        }

        private void WritePool()
        {
            if (_settings.Pool is not { } pool)
                return;
            Name("pool");
            json.WriteStartObject();
            json.WriteString("name", pool);
            json.WriteEndObject();
        }

        private void WriteOffset()
        {
            Name("url_offset");
            json.WriteStartObject();
            json.WriteNumber("index", IntOf("url_index") ?? 0);
            json.WriteString("type", TextOf("url_part") ?? "html");
            json.WriteEndObject();
        }

        private string Classification()
        {
            var bounceClass = Enum.TryParse<BounceClass>(TextOf("bounce_type"), ignoreCase: true, out var known)
                ? known
                : (BounceClass?)null;
            // SendGrid's webhook has a shorter word here than its API.
            return BounceClassification.NameOf(TextOf("status"), bounceClass) is var name && name == BounceClassification.Technical
                ? "Technical"
                : name;
        }

        private string? TextOf(string name) =>
            _data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        private int? IntOf(string name) =>
            _data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
                ? number
                : null;

        private void Text(string name, string? value)
        {
            if (value is null)
                return;
            Name(name);
            json.WriteStringValue(value);
        }

        private void Number(string name, long? value)
        {
            if (value is not { } number)
                return;
            Name(name);
            json.WriteNumberValue(number);
        }

        private void Raw(string name, string? value)
        {
            if (value is null)
                return;
            Name(name);
            json.WriteRawValue(value);
        }

        private void Name(string name)
        {
            _written.Add(name);
            json.WritePropertyName(name);
        }
    }
}

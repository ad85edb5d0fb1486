using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>Events that never happened, to try a receiver with. They look like real ones, and their ids are those of nothing.</summary>
public static class TestEvents
{
    private const string Recipient = "example@test.com";

    /// <summary>One of a type of ours.</summary>
    public static ToldEvent Of(string type, Guid tenantId, TimeProvider time) =>
        new(
            Lane: 0,
            Position: 0,
            EmailId: Ids.New(time),
            Number: 1,
            tenantId,
            type,
            time.GetUtcNow(),
            Reasons.GetValueOrDefault(type),
            Data.GetValueOrDefault(type),
            EventFlags.None,
            MessageId: Ids.New(time),
            Recipient,
            Categories: """["test"]""",
            CustomArgs: null,
            Settings: null,
            TemplateId: null,
            SendAt: null,
            FromEmail: "sender@example.com"
        );

    /// <summary>One of each of SendGrid's eleven kinds, just as SendGrid's own test has them.</summary>
    public static WebhookBody OfSendGrid(TimeProvider time) =>
        WebhookBody.Of(OfKinds.Select(it => SendGridEvent.Escape(Encoding.UTF8.GetBytes(Kind(it.Kind, it.More, time).ToJsonString()))));

    private static readonly Dictionary<string, string> Reasons = new()
    {
        [EventTypes.Delivered] = "250 2.0.0 OK",
        [EventTypes.Deferred] = "451 4.7.1 Try again later",
        [EventTypes.Bounce] = "550 5.1.1 No such user",
        [EventTypes.Blocked] = "554 5.7.1 Refused for policy reasons",
        [EventTypes.Dropped] = "Bounced Address",
    };

    private const string Visit = "\"user_agent\":\"Mozilla/5.0 (Test)\",\"ip\":\"192.0.2.1\"";

    private static readonly Dictionary<string, string> Data = new()
    {
        [EventTypes.Deferred] = """{"attempt":1}""",
        [EventTypes.Bounce] = """{"status":"5.1.1","bounce_type":"hard"}""",
        [EventTypes.Blocked] = """{"status":"5.7.1","bounce_type":"block"}""",
        [EventTypes.Open] = $$"""{{{Visit}}}""",
        [EventTypes.Click] = $$"""{{{Visit}},"url":"https://example.com/","url_part":"html","url_index":0}""",
        [EventTypes.Unsubscribe] = $$"""{{{Visit}}}""",
        [EventTypes.GroupUnsubscribe] = $$"""{{{Visit}},"group_id":10}""",
        [EventTypes.GroupResubscribe] = $$"""{{{Visit}},"group_id":10}""",
    };

    private static readonly (string Kind, (string Name, JsonNode Value)[] More)[] OfKinds =
    [
        ("processed", []),
        ("deferred", [("response", "400 try again later"), ("attempt", "5")]),
        ("delivered", [("response", "250 OK")]),
        ("open", [("useragent", Browser), ("ip", "255.255.255.255"), ("sg_machine_open", false)]),
        ("click", [("useragent", Browser), ("ip", "255.255.255.255"), ("url", "http://www.sendgrid.com/")]),
        ("bounce", [("reason", "500 unknown recipient"), ("status", "5.0.0"), ("type", "bounce")]),
        ("dropped", [("reason", "Bounced Address"), ("status", "5.0.0")]),
        ("spamreport", []),
        ("unsubscribe", []),
        ("group_unsubscribe", Group),
        ("group_resubscribe", Group),
    ];

    private const string Browser = "Mozilla/4.0 (compatible; MSIE 6.1; Windows XP; .NET CLR 1.1.4322; .NET CLR 2.0.50727)";

    private static (string Name, JsonNode Value)[] Group =>
        [("useragent", Browser), ("ip", "255.255.255.255"), ("url", "http://www.sendgrid.com/"), ("asm_group_id", 10)];

    private static JsonObject Kind(string kind, (string Name, JsonNode Value)[] more, TimeProvider time)
    {
        var one = new JsonObject
        {
            ["email"] = Recipient,
            ["timestamp"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["smtp-id"] = "<14c5d75ce93.dfd.64b469@ismtpd-555>",
            ["event"] = kind,
            ["category"] = new JsonArray("cat facts"),
            ["sg_event_id"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
            ["sg_message_id"] = "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
        };
        foreach (var (name, value) in more)
            one[name] = value.DeepClone();
        return one;
    }
}

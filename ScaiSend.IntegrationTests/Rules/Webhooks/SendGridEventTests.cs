using System.Text;
using System.Text.Json;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.IntegrationTests.Rules.Webhooks;

public sealed class SendGridEventTests
{
    private static readonly ToldEvent Plain = new(
        1,
        1,
        Guid.Parse("0199c0de-0000-7000-8000-000000000002"),
        3,
        Guid.Parse("0199c0de-0000-7000-8000-000000000003"),
        EventTypes.Delivered,
        DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_999),
        null,
        null,
        EventFlags.None,
        Guid.Parse("0199c0de-0000-7000-8000-000000000001"),
        "ada@example.org",
        "[]",
        null,
        null,
        null,
        null,
        "shop@Mail.example.com"
    );

    [Fact]
    public void Each_event_has_the_common_fields()
    {
        var json = Written(Plain);

        Assert.Equal("ada@example.org", json.GetProperty("email").GetString());
        Assert.Equal(1_700_000_000, json.GetProperty("timestamp").GetInt64());
        Assert.Equal("evt_0199c0de0000700080000000000000020003", json.GetProperty("sg_event_id").GetString());
        Assert.StartsWith("msg_0199c0de000070008000000000000001.", json.GetProperty("sg_message_id").GetString(), StringComparison.Ordinal);
        Assert.False(json.TryGetProperty("category", out _));
        Assert.False(json.TryGetProperty("asm_group_id", out _));
    }

    [Theory]
    [InlineData("shop@Mail.example.com", null, "Mail.example.com")]
    [InlineData("shop@bücher.example", null, "xn--bcher-kva.example")]
    [InlineData("shop@mail.example.com", "id.example.net", "id.example.net")]
    [InlineData("shop@mail.example.com", "", "mail.example.com")]
    public void The_smtp_id_is_the_message_id(string from, string? domain, string expected) =>
        Assert.Equal(
            $"<0199c0de000070008000000000000002@{expected}>",
            Written(Plain with { FromEmail = from, MessageIdDomain = new MessageIdDomain(domain) }).GetProperty("smtp-id").GetString()
        );

    [Theory]
    [InlineData(EventTypes.SpamReport, "spamreport")]
    [InlineData(EventTypes.Blocked, "bounce")]
    [InlineData(EventTypes.GroupUnsubscribe, "group_unsubscribe")]
    [InlineData(EventTypes.Open, "open")]
    public void Types_have_sendgrids_names(string ours, string theirs) =>
        Assert.Equal(theirs, Written(Plain with { Type = ours }).GetProperty("event").GetString());

    [Fact]
    public void A_refusal_for_reputation_is_a_bounce_of_type_blocked()
    {
        var told = Plain with
        {
            Type = EventTypes.Blocked,
            Reason = "550 5.7.1 no",
            Data = """{"status":"5.7.1","bounce_type":"block","ip":"192.0.2.7","tls":"TLS 1.3"}""",
        };

        var json = Written(told);

        Assert.Equal("blocked", json.GetProperty("type").GetString());
        Assert.Equal("5.7.1", json.GetProperty("status").GetString());
        Assert.Equal("550 5.7.1 no", json.GetProperty("reason").GetString());
        Assert.Equal("Reputation", json.GetProperty("bounce_classification").GetString());
        Assert.Equal("192.0.2.7", json.GetProperty("ip").GetString());
        Assert.Equal(1, json.GetProperty("tls").GetInt32());
    }

    [Fact]
    public void A_failure_of_the_network_is_technical() =>
        Assert.Equal(
            "Technical",
            Written(Plain with { Type = EventTypes.Bounce, Data = """{"status":"5.4.4"}""" })
                .GetProperty("bounce_classification")
                .GetString()
        );

    [Fact]
    public void A_deferral_counts_its_attempt_as_text() =>
        Assert.Equal(
            "2",
            Written(Plain with { Type = EventTypes.Deferred, Data = """{"attempt":2}""" }).GetProperty("attempt").GetString()
        );

    [Fact]
    public void A_click_says_which_link_of_which_part()
    {
        var told = Plain with
        {
            Type = EventTypes.Click,
            Data = """{"url":"https://example.org/?a=1&b=2","url_part":"text","url_index":4,"user_agent":"Test/1","ip":"192.0.2.9"}""",
        };

        var json = Written(told);

        Assert.Equal("https://example.org/?a=1&b=2", json.GetProperty("url").GetString());
        Assert.Equal(4, json.GetProperty("url_offset").GetProperty("index").GetInt32());
        Assert.Equal("text", json.GetProperty("url_offset").GetProperty("type").GetString());
        Assert.Equal("Test/1", json.GetProperty("useragent").GetString());
    }

    [Fact]
    public void An_open_says_whether_a_machine_did_it() =>
        Assert.True(Written(Plain with { Type = EventTypes.Open, Flags = EventFlags.Machine }).GetProperty("sg_machine_open").GetBoolean());

    [Fact]
    public void Custom_arguments_are_flat_and_override_nothing()
    {
        var told = Plain with
        {
            CustomArgs = """{"order":"17","email":"other","sg_event_id":"forged"}""",
            Categories = """["a","b"]""",
            Settings = """{"asm":{"group_id":7}}""",
            TemplateId = "d-0123",
        };

        var json = Written(told);

        Assert.Equal("17", json.GetProperty("order").GetString());
        Assert.Equal("ada@example.org", json.GetProperty("email").GetString());
        Assert.Equal(["a", "b"], json.GetProperty("category").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(7, json.GetProperty("asm_group_id").GetInt32());
        Assert.Equal("d-0123", json.GetProperty("sg_template_id").GetString());
        Assert.Single(json.EnumerateObject(), p => p.Name == "sg_event_id");
    }

    [Fact]
    public void A_batch_is_joined_and_escaped_as_sendgrids_is()
    {
        var told = Plain with { CustomArgs = """{"a":"<b> & \"c\""}""" };

        var text = Encoding.UTF8.GetString(WebhookBody.Of(WebhookKind.Batch, [told, Plain]).Bytes.Span);

        Assert.StartsWith("[{\"email\":", text, StringComparison.Ordinal);
        Assert.Contains("},\r\n{", text, StringComparison.Ordinal);
        Assert.EndsWith("}]\r\n", text, StringComparison.Ordinal);
        Assert.Contains("""\u003cb\u003e \u0026 \"c\" """.TrimEnd(), text, StringComparison.Ordinal);
    }

    private static JsonElement Written(ToldEvent told) => JsonDocument.Parse(SendGridEvent.Write(told)).RootElement;
}

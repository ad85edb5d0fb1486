using System.Text;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>Every rule of <c>POST /v3/mail/send</c>, on both of its sides.</summary>
public sealed class RequestRuleTests
{
    private const string Recipient = "personalizations.0.to.0.email";

    public static TheoryData<string, string?, string> Refused() =>
        new()
        {
            { "personalizations", null, "personalizations" },
            { "personalizations", "[]", "personalizations" },
            { "personalizations", "{}", "personalizations" },
            { "personalizations", "[1]", "personalizations.0" },
            { "personalizations", Requests.Repeat(1001, i => $$"""{"to":[{"email":"a{{i}}@example.org"}]}"""), "personalizations" },
            { "personalizations.0.to", null, "personalizations.0.to" },
            { "personalizations.0.to", "[]", "personalizations.0.to" },
            { "personalizations.0.to", Repeated(1001), "personalizations" },
            { "personalizations.0.bcc", Repeated(998), "personalizations" },
            { "personalizations.0.to.1.email", "\"nobody\"", "personalizations.0.to.1.email" },
            { "personalizations.0.to.1.email", "7", "personalizations.0.to.1.email" },
            { "personalizations.0.to.1.email", null, "personalizations.0.to.1.email" },
            { "personalizations.0.to.1.email", "\"ANN@Example.org\"", "personalizations.0.to.1" },
            { "personalizations.0.cc.0.email", "\"ann@example.org\"", "personalizations.0.cc.0" },
            { "personalizations.0.bcc.0.email", "\"CC@example.org\"", "personalizations.0.bcc.0" },
            { "personalizations.0.to.0.name", "false", "personalizations.0.to.0.name" },
            { "personalizations.0.send_at", "1772625601", "personalizations.0.send_at" },
            { "personalizations.0.headers", """{"Subject":"x"}""", "personalizations.0.headers.Subject" },
            { "personalizations.0.substitutions", """{"a":1}""", "personalizations.0.substitutions.a" },
            { "personalizations.0.substitutions", Sized("k", 10_000), "personalizations.0.substitutions" },
            { "personalizations.0.substitutions", """{"-name-":"A\nB"}""", "personalizations.0.substitutions.-name-" },
            { "personalizations.0.custom_args", Sized("k", 9_990), "personalizations.0.custom_args" },
            { "from", null, "from" },
            { "from", "\"s@example.com\"", "from" },
            { "from.email", "\"s@\"", "from.email" },
            { "reply_to_list", """[{"email":"r@example.com"}]""", "reply_to_list" },
            { "reply_to.email", "\"r\"", "reply_to.email" },
            { "subject", "1", "subject" },
            { "subject", $"\"{new string('s', 999)}\"", "subject" },
            { "content", null, "content" },
            { "content", "[]", "content" },
            { "content.0.value", "\"\"", "content.0.value" },
            { "content.0.value", null, "content.0.value" },
            { "content.0.type", "\"\"", "content.0.type" },
            { "content.0.type", "\"plain\"", "content.0.type" },
            { "content.0.type", "\"multipart/mixed\"", "content.0.type" },
            { "content.0.type", "\"text/html\"", "content.1.type" },
            { "content.0.type", "\"text/calendar\"", "content.1.type" },
            { "content.1.type", "\"text/plain\"", "content.1.type" },
            { "attachments", Requests.Repeat(11, _ => """{"content":"aGk=","filename":"f"}"""), "attachments" },
            { "attachments.0.content", "\"=a\"", "attachments.0.content" },
            { "attachments.0.content", "\"\"", "attachments.0.content" },
            { "attachments.0.content", "1", "attachments.0.content" },
            { "attachments.0.filename", null, "attachments.0.filename" },
            { "attachments.0.filename", "\"\"", "attachments.0.filename" },
            { "attachments.0.filename", $"\"{new string('f', 256)}\"", "attachments.0.filename" },
            { "attachments.0.disposition", "\"shown\"", "attachments.0.disposition" },
            { "attachments.0.content_id", null, "attachments.0.content_id" },
            { "attachments.0.content_id", "\"\"", "attachments.0.content_id" },
            { "attachments.0.content_id", "\"é\"", "attachments.0.content_id" },
            { "headers", """{"X A":"v"}""", "headers.X A" },
            { "headers", """{"":"v"}""", "headers." },
            { "headers", """{"X:A":"v"}""", "headers.X:A" },
            { "headers", """{"X-A":1}""", "headers.X-A" },
            { "headers", """{"X-A":"1","x-a":"2"}""", "headers.x-a" },
            { "headers", $$"""{"{{new string('h', 77)}}":"v"}""", "headers." + new string('h', 77) },
            { "headers", """{"X-A":"v\r\nBcc: x@example.org"}""", "headers.X-A" },
            { "categories", "\"c\"", "categories" },
            { "categories", "[1]", "categories.0" },
            { "categories", """["a","a"]""", "categories.1" },
            { "categories", $"[\"{new string('c', 256)}\"]", "categories.0" },
            { "categories", Requests.Repeat(11, i => $"\"c{i}\""), "categories" },
            { "custom_args", """{"a":{}}""", "custom_args.a" },
            { "custom_args", """{"a":[]}""", "custom_args.a" },
            { "custom_args", Sized("k", 10_000), "custom_args" },
            { "send_at", "\"soon\"", "send_at" },
            { "send_at", "1.5", "send_at" },
            { "send_at", "1772625601", "send_at" },
            { "send_at", "9223372036854775807", "send_at" },
            { "batch_id", "1", "batch_id" },
            { "batch_id", $"\"{new string('b', 65)}\"", "batch_id" },
            { "asm", "{}", "asm.group_id" },
            { "asm.group_id", "\"3\"", "asm.group_id" },
            { "asm.groups_to_display", "[\"3\"]", "asm.groups_to_display.0" },
            { "ip_pool_name", "1", "ip_pool_name" },
            { "mail_settings", "[]", "mail_settings" },
            { "mail_settings.sandbox_mode", "true", "mail_settings.sandbox_mode" },
            { "mail_settings.sandbox_mode.enable", "\"true\"", "mail_settings.sandbox_mode.enable" },
            { "mail_settings.bypass_list_management.enable", "1", "mail_settings.bypass_list_management.enable" },
            { "mail_settings.footer.html", "1", "mail_settings.footer.html" },
            { "tracking_settings.click_tracking.enable_text", "1", "tracking_settings.click_tracking.enable_text" },
            { "tracking_settings.open_tracking.substitution_tag", "1", "tracking_settings.open_tracking.substitution_tag" },
            { "tracking_settings.ganalytics.utm_source", "1", "tracking_settings.ganalytics.utm_source" },
            { "template_id", "\"x-1\"", "template_id" },
            { "template_id", "1", "template_id" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_breaks_a_rule_is_refused_by_name(string path, string? value, string field)
    {
        var outcome = Requests.Check(Requests.With(path, value));

        Assert.Null(outcome.Mail);
        Assert.Contains(field, outcome.Errors.Select(error => error.Field));
    }

    public static TheoryData<string, string?> Accepted() =>
        new()
        {
            { "personalizations", Requests.Repeat(1000, i => $$"""{"to":[{"email":"a@example.org"}]}""") },
            { "personalizations.0.to", Repeated(998) },
            { "personalizations.0.cc", null },
            { "personalizations.0.cc", "[]" },
            { "personalizations.0.subject", null },
            { "personalizations.0.substitutions", """{"-body-":"A\nB"}""" },
            { "personalizations.0.substitutions", Sized("k", 9_999) },
            { "personalizations.0.custom_args", Sized("k", 9_900) },
            { "personalizations.0.dynamic_template_data", """{"a":[1]}""" },
            { "personalizations.0.send_at", "-5" },
            { "reply_to", null },
            { "reply_to", "null" },
            { "subject", null },
            { "subject", $"\"{new string('s', 998)}\"" },
            { "content", """[{"type":"TEXT/HTML","value":"v"}]""" },
            { "content", """[{"type":"text/plain","value":"v"},{"type":"text/calendar; method=REQUEST","value":"v"}]""" },
            { "attachments", Requests.Repeat(10, _ => """{"content":"aGk=","filename":"f"}""") },
            { "attachments.0.filename", $"\"{new string('f', 255)}\"" },
            { "attachments.0.disposition", "\"attachment\"" },
            { "attachments.0.content_id", "\"<one@example.org>\"" },
            { "headers", $$"""{"{{new string('h', 76)}}":"v"}""" },
            { "headers", """{"List-Unsubscribe":"<mailto:u@example.com>"}""" },
            { "categories", Requests.Repeat(10, i => $"\"c{i}\"") },
            { "categories", $"[\"{new string('c', 255)}\"]" },
            { "send_at", "1772625600" },
            { "batch_id", $"\"{new string('b', 64)}\"" },
            { "asm.groups_to_display", null },
            { "template_id", "\"\"" },
            { "something_new", """{"a":1}""" },
        };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_keeps_the_rules_is_accepted(string path, string? value) =>
        Assert.Empty(Requests.Check(Requests.With(path, value)).Errors);

    [Theory]
    [InlineData("x-sg-id")]
    [InlineData("X-SG-EID")]
    [InlineData("Received")]
    [InlineData("DKIM-Signature")]
    [InlineData("Content-Type")]
    [InlineData("Content-Transfer-Encoding")]
    [InlineData("To")]
    [InlineData("From")]
    [InlineData("Subject")]
    [InlineData("Reply-To")]
    [InlineData("Cc")]
    [InlineData("Bcc")]
    [InlineData("Message-ID")]
    [InlineData("Date")]
    [InlineData("MIME-Version")]
    [InlineData("Return-Path")]
    [InlineData("Sender")]
    public void Our_own_headers_cannot_be_set(string name) =>
        Assert.Equal($"headers.{name}", Assert.Single(Requests.Check(Requests.With("headers", $$"""{"{{name}}":"v"}""")).Errors).Field);

    [Theory]
    [InlineData("a@example.org", true)]
    [InlineData("a+b.c=d@example.org", true)]
    [InlineData("müller@example.org", true)]
    [InlineData("a@bücher.example", true)]
    [InlineData("a@例え.テスト", true)]
    [InlineData("\\\"a..b\\\"@example.org", true)]
    [InlineData("a@localhost", true)]
    [InlineData("", false)]
    [InlineData("@example.org", false)]
    [InlineData("a@", false)]
    [InlineData("a b@example.org", false)]
    [InlineData("a@exa mple.org", false)]
    [InlineData("a@example.org ", false)]
    [InlineData("a\\t@example.org", false)]
    [InlineData("a@example.org\\r\\nRCPT TO:<b@example.org>", false)]
    [InlineData("a\\u00a0@example.org", false)]
    [InlineData("a..b@example.org", false)]
    [InlineData(".a@example.org", false)]
    [InlineData("a.@example.org", false)]
    [InlineData("a,b@example.org", false)]
    [InlineData("<a@example.org>", false)]
    [InlineData("a@[192.0.2.1]", false)]
    [InlineData("a@192.0.2.1", false)]
    [InlineData("a@-example.org", false)]
    [InlineData("a@example..org", false)]
    [InlineData("a@example.org.", false)]
    [InlineData("a@bü_cher.example", false)]
    [InlineData("\\\"a\\\"b\\\"@example.org", false)]
    [InlineData("\\\"a\\\\\\\"@example.org", false)]
    public void An_address_is_one_that_can_be_mailed(string address, bool isValid) =>
        Assert.Equal(isValid, Requests.Check(Requests.With(Recipient, $"\"{address}\"")).Mail is not null);

    [Theory]
    [InlineData('a', 64, true)]
    [InlineData('a', 65, false)]
    [InlineData('é', 32, true)]
    [InlineData('é', 33, false)]
    public void A_local_part_has_64_octets(char c, int count, bool isValid) =>
        Assert.Equal(isValid, Requests.Check(Requests.With(Recipient, $"\"{new string(c, count)}@example.org\"")).Mail is not null);

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_domain_has_255_octets(int lastLabel, bool isValid)
    {
        var label = new string('d', 63);
        var address = $"a@{label}.{label}.{label}.{new string('d', lastLabel)}";

        Assert.Equal(isValid, Requests.Check(Requests.With(Recipient, $"\"{address}\"")).Mail is not null);
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        var fields = Requests
            .Check("""{"personalizations":[{"to":[{"email":"x"}]}],"categories":[1],"send_at":"x"}""")
            .Errors.Select(e => e.Field);

        Assert.Equal(["categories.0", "content", "from", "personalizations.0.to.0.email", "send_at", "subject"], fields.Order());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""","subject":"" """, false)]
    [InlineData(""","subject":"S" """, true)]
    public void A_subject_may_be_missing_when_every_personalization_has_one(string second, bool isValid)
    {
        var json = $$"""
            {"personalizations":[{"to":[{"email":"a@example.org"}],"subject":"S"},{"to":[{"email":"a@example.org"}]{{second}}}],
            "from":{"email":"s@example.com"},"content":[{"type":"text/plain","value":"v"}]}
            """;
        var outcome = Requests.Check(json);

        Assert.Equal(isValid, outcome.Mail is not null);
        Assert.Equal(isValid ? [] : ["subject"], outcome.Errors.Select(e => e.Field));
    }

    [Fact]
    public void A_template_is_not_found_and_excludes_content()
    {
        var errors = Requests.Check(Requests.With("template_id", "\"d-1\"")).Errors;

        Assert.Equal(["template_id", "content"], errors.Select(e => e.Field));
        Assert.Equal("Template not found: d-1", errors[0].Message);
    }

    [Fact]
    public void Everything_is_kept()
    {
        var mail = Requests.Check(Requests.Full).Mail!;
        var personal = Assert.Single(mail.Personalizations);
        var attachment = Assert.Single(mail.Content.Attachments);
        var blob = Assert.Single(mail.Blobs);

        Assert.Equal(("shop@example.com", "Shop"), (mail.Content.From.Email, mail.Content.From.Name));
        Assert.Equal("help@example.com", Assert.Single(mail.Content.ReplyTo).Email);
        Assert.Equal(("Hello", "Hello -name-"), (mail.Content.Subject, personal.Personalization.Subject));
        Assert.Equal(["text/plain", "text/html"], mail.Content.Content.Select(c => c.Type));
        Assert.Equal(["ann@example.org", "bob@example.org"], personal.Personalization.To.Select(a => a.Email));
        Assert.Equal("12", personal.Personalization.Headers["X-Order"]);
        Assert.Equal("Ann", personal.Personalization.Substitutions["-name-"]);
        Assert.Equal(["x", "3", "true"], mail.Content.CustomArgs.Values);
        Assert.Equal(
            ("a.txt", "text/plain", true, "one", 5L),
            (attachment.FileName, attachment.Type, attachment.IsInline, attachment.ContentId, attachment.Size)
        );
        Assert.Equal((attachment.BlobKey, "hello"), (blob.Key, Encoding.UTF8.GetString(blob.Bytes.Span)));
        Assert.Matches("^attachments/[0-9a-f]{32}$", blob.Key);
        Assert.Equal(("b1", true), (mail.BatchId, mail.IsSandbox));
        Assert.Equal(Requests.Now, personal.SendAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1772380000), mail.SendAt);
        using var settings = System.Text.Json.JsonDocument.Parse(mail.SettingsJson!);
        Assert.Equal(
            ["asm", "ip_pool_name", "mail_settings", "tracking_settings"],
            settings.RootElement.EnumerateObject().Select(m => m.Name)
        );
    }

    [Fact]
    public void A_small_request_has_no_settings() => Assert.Null(Requests.Check(Requests.Small).Mail!.SettingsJson);

    [Fact]
    public void Too_large_settings_are_refused() =>
        Assert.Single(Requests.Check(Requests.With("mail_settings.footer.text", $"\"{new string('f', 60_000)}\"")).Errors);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"a\":\"\\ud800\\u0041\"}")]
    public void What_is_no_json_object_is_one_error(string json) => Assert.Null(Assert.Single(Requests.Check(json).Errors).Field);

    [Fact]
    public void Deep_nesting_is_one_error() => Assert.Single(Requests.Check(new string('[', 100_000)).Errors);

    [Fact]
    public void Malformed_json_says_where() =>
        Assert.Equal(
            "Bad Request: the body is not valid JSON, see line 2, byte 4",
            Assert.Single(Requests.Check("{\n\"a\"x:1}").Errors).Message
        );

    [Fact]
    public void Invalid_utf8_is_one_error() =>
        Assert.Single(ScaiSend.Api.MailSend.MailSendRequest.Parse(new byte[] { (byte)'"', 0xC3, (byte)'"' }, Requests.Now).Errors);

    [Theory]
    [InlineData("\"\\ud83d\\ude00 \\\\ud800\"")]
    [InlineData("\"\\u00e9\\t\\\"\"")]
    public void Escapes_are_read(string subject) =>
        Assert.NotNull(Requests.Check(Requests.Full.Replace("\"Hello\"", subject, StringComparison.Ordinal)).Mail);

    private static string Repeated(int count) => Requests.Repeat(count, i => $$"""{"email":"u{{i}}@example.net"}""");

    private static string Sized(string key, int value) => $$"""{"{{key}}":"{{new string('v', value)}}"}""";
}

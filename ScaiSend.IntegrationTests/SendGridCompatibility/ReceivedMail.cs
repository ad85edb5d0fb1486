using System.Text.Json.Nodes;
using MimeKit;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Compares the mails that arrived with the request that a client made of a message, field by field.</summary>
internal static class ReceivedMail
{
    /// <summary>Each recipient of each personalization got one mail, and it is what was asked for.</summary>
    /// <param name="from">What a template puts in place of the request's subject and contents.</param>
    public static void AssertIs(JsonObject request, IReadOnlyList<SunkMail> mails, Func<JsonObject, TemplateParts>? from = null)
    {
        foreach (var personalization in request["personalizations"]!.AsArray().Select(it => it!.AsObject()))
        foreach (var recipient in Emails(personalization, "to", "cc", "bcc"))
        {
            var mail = Assert.Single(mails, it => it.Recipients.Contains(recipient));
            AssertIs(
                request,
                personalization,
                MimeMessage.Load(new MemoryStream(mail.Bytes), TestContext.Current.CancellationToken),
                from?.Invoke(personalization)
            );
        }
    }

    /// <summary>The recipients of a request.</summary>
    public static IEnumerable<string> Recipients(JsonObject request) =>
        request["personalizations"]!.AsArray().SelectMany(it => Emails(it!.AsObject(), "to", "cc", "bcc"));

    private static void AssertIs(JsonObject request, JsonObject personalization, MimeMessage mail, TemplateParts? template)
    {
        Assert.Equal(Shown(personalization["from"] ?? request["from"]), Shown(mail.From));
        Assert.Equal(Shown(personalization["to"]), Shown(mail.To));
        Assert.Equal(Shown(personalization["cc"]), Shown(mail.Cc));
        Assert.Empty(mail.Bcc);
        Assert.Equal(Shown(request["reply_to_list"] ?? request["reply_to"]), Shown(mail.ReplyTo));
        Assert.Equal(template?.Subject ?? Substituted(personalization["subject"] ?? request["subject"], personalization), mail.Subject);
        foreach (var (name, value) in Merged(request, personalization, "headers"))
            Assert.Equal(Substituted(value, personalization), mail.Headers[name]);
        Assert.NotNull(mail.MessageId);
        Assert.NotEqual(default, mail.Date);
        AssertBodies(request, personalization, mail, template);
        AssertAttachments(request["attachments"]?.AsArray() ?? [], mail);
    }

    private static void AssertBodies(JsonObject request, JsonObject personalization, MimeMessage mail, TemplateParts? template)
    {
        var parts = template is null
            ?
            [
                .. request["content"]!
                    .AsArray()
                    .Select(it => (Type: it!["type"]!.ToString(), Text: Substituted(it["value"], personalization))),
            ]
            : ((string Type, string Text)[])[("text/plain", template.Text), ("text/html", template.Html)];
        var footer = request["mail_settings"]?["footer"];
        var isOn = footer?["enable"]?.GetValue<bool>() == true;
        foreach (var (type, text) in parts)
        {
            var arrived = mail
                .BodyParts.OfType<TextPart>()
                .Single(it => !it.IsAttachment && it.ContentType.MimeType == type && it.FileName is null)
                .Text;
            var below = isOn ? footer![type == "text/html" ? "html" : "text"]?.ToString() ?? "" : "";
            Assert.StartsWith(Lines(text), Lines(arrived), StringComparison.Ordinal);
            Assert.Equal(below, Lines(arrived)[Lines(text).Length..].Trim());
        }
    }

    private static void AssertAttachments(JsonArray attachments, MimeMessage mail)
    {
        var arrived = mail.BodyParts.OfType<MimePart>().Where(it => it.FileName is not null).ToList();
        Assert.Equal(attachments.Count, arrived.Count);
        foreach (var attachment in attachments)
        {
            var part = Assert.Single(arrived, it => it.FileName == attachment!["filename"]!.ToString());
            using var bytes = new MemoryStream();
            part.Content!.DecodeTo(bytes, TestContext.Current.CancellationToken);
            Assert.Equal(attachment!["content"]!.ToString(), Convert.ToBase64String(bytes.ToArray()));
            Assert.Equal(attachment["type"]?.ToString() ?? "application/octet-stream", part.ContentType.MimeType);
            Assert.Equal(attachment["disposition"]?.ToString() ?? "attachment", part.ContentDisposition!.Disposition);
            Assert.Equal(attachment["content_id"]?.ToString(), part.ContentId);
        }
    }

    private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string Substituted(JsonNode? text, JsonObject personalization) =>
        (personalization["substitutions"]?.AsObject() ?? []).Aggregate(
            text!.ToString(),
            (done, it) => done.Replace(it.Key, it.Value!.ToString(), StringComparison.Ordinal)
        );

    private static Dictionary<string, JsonNode?> Merged(JsonObject request, JsonObject personalization, string name)
    {
        var merged = new Dictionary<string, JsonNode?>(request[name]?.AsObject() ?? []);
        foreach (var (key, value) in personalization[name]?.AsObject() ?? [])
            merged[key] = value;
        return merged;
    }

    private static IEnumerable<string> Emails(JsonObject personalization, params string[] fields) =>
        fields.SelectMany(field => personalization[field]?.AsArray() ?? []).Select(it => it!["email"]!.ToString());

    private static string[] Shown(InternetAddressList addresses) => [.. addresses.Mailboxes.Select(it => $"{it.Name}<{it.Address}>")];

    private static string[] Shown(JsonNode? addresses) =>
        addresses switch
        {
            JsonArray several => [.. several.SelectMany(Shown)],
            JsonObject one => [$"{one["name"]}<{one["email"]}>"],
            _ => [],
        };
}

/// <summary>What a template makes of a personalization.</summary>
internal sealed record TemplateParts(string Subject, string Html, string Text);

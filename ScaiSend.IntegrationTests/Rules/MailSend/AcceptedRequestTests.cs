using System.Text.Json;
using ScaiSend.Contracts.Messages;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class AcceptedRequestTests
{
    [Fact]
    public void Everything_that_was_said_comes_out()
    {
        var mail = Requests.Accepted(
            Requests.With(
                ("personalizations/0/subject", "\"For Ann\""),
                ("personalizations/0/headers", "{\"X-Own\":\"1\"}"),
                ("personalizations/0/substitutions", "{\"-name-\":\"Ann\\nSmith\"}"),
                ("personalizations/0/custom_args", "{\"order\":17,\"paid\":true,\"rate\":1.50,\"note\":null}"),
                ("personalizations/0/from", "{\"email\":\"sales@example.test\",\"name\":\"Sales\"}"),
                ("reply_to", "{\"email\":\"help@example.test\"}"),
                ("headers", "{\"X-Shared\":\"ä\",\"List-Id\":\"<a.example.test>\"}"),
                ("categories", "[\"cake\",\"pie\"]"),
                ("custom_args", "{\"campaign\":\"x\"}"),
                ("batch_id", "\"batch\""),
                ("unknown", "{\"a\":[1]}")
            )
        );

        Assert.Equal(new Address("shop@example.test", "Shop"), mail.Content.From);
        Assert.Equal([new Address("help@example.test", null)], mail.Content.ReplyTo);
        Assert.Equal("Your order", mail.Content.Subject);
        Assert.Equal([new ContentPart("text/plain", "Hello"), new ContentPart("text/html", "<p>Hello</p>")], mail.Content.Content);
        Assert.Equal("ä", mail.Content.Headers["x-shared"]);
        Assert.Equal(["cake", "pie"], mail.Content.Categories);
        Assert.Equal("x", mail.Content.CustomArgs["campaign"]);
        Assert.Equal(("batch", false, null), (mail.BatchId, mail.IsSandbox, mail.SettingsJson));
        var own = Assert.Single(mail.Personalizations).Personalization;
        Assert.Equal([new Address("ann@example.org", "Ann"), new Address("bob@example.org", null)], own.To);
        Assert.Equal(["cid@example.org", "dan@example.org"], own.Cc.Concat(own.Bcc).Select(address => address.Email));
        Assert.Equal(("For Ann", new Address("sales@example.test", "Sales")), (own.Subject, own.From));
        Assert.Equal(("1", "Ann\nSmith"), (own.Headers["X-Own"], own.Substitutions["-name-"]));
        Assert.Equal(["17", "true", "1.50", "null"], own.CustomArgs.Values);
    }

    [Fact]
    public void An_attachment_is_decoded_and_named_by_a_key()
    {
        var mail = Requests.Accepted(
            Requests.With(
                (
                    "attachments",
                    """
                    [
                      {"content": "aGk=", "filename": "hi.txt", "type": "text/plain"},
                      {"content": "\/\/8=", "filename": "grüße.png", "disposition": "inline", "content_id": "<logo>"}
                    ]
                    """
                )
            )
        );

        Assert.Equal(
            [(2L, "hi.txt", "text/plain", false, null), (2L, "grüße.png", "application/octet-stream", true, "logo")],
            mail.Content.Attachments.Select(it => (it.Size, it.FileName, it.Type, it.IsInline, it.ContentId))
        );
        Assert.Equal(mail.Content.Attachments.Select(it => it.BlobKey), mail.Blobs.Select(blob => blob.Key));
        Assert.All(mail.Blobs, blob => Assert.Matches("^attachments/[0-9a-f]{32}$", blob.Key));
        Assert.Equal([0xFF, 0xFF], mail.Blobs[1].Bytes.ToArray());
    }

    [Theory]
    [InlineData("null", "null", null, null)]
    [InlineData("0", "null", null, null)]
    [InlineData("-5", "null", null, null)]
    [InlineData("1767268800", "null", null, null)]
    [InlineData("1767268801", "null", 1767268801L, 1767268801L)]
    [InlineData("1767528000", "null", 1767528000L, 1767528000L)]
    [InlineData("1767268900", "1767268950", 1767268900L, 1767268950L)]
    [InlineData("1767268900", "1767268700", 1767268900L, 1767268800L)]
    [InlineData("null", "1767268700", null, null)]
    [InlineData("null", "1767268950", null, 1767268950L)]
    public void A_moment_in_the_future_is_kept_and_any_other_means_now(string shared, string own, long? sharedAt, long? ownAt)
    {
        var mail = Requests.Accepted(Requests.With(("send_at", shared), ("personalizations/0/send_at", own)));

        Assert.Equal(sharedAt, mail.SendAt?.ToUnixTimeSeconds());
        Assert.Equal(ownAt, mail.Personalizations[0].SendAt?.ToUnixTimeSeconds());
    }

    [Fact]
    public void Settings_are_kept_in_the_callers_words()
    {
        var mail = Requests.Accepted(
            Requests.With(
                ("asm", """{"group_id":5,"groups_to_display":[5,6]}"""),
                ("ip_pool_name", "\"transactional\""),
                ("mail_settings", """{"sandbox_mode":{"enable":true},"footer":{"enable":true,"text":"ä\n"},"spam_check":{"enable":1}}"""),
                ("tracking_settings", """{"click_tracking":{"enable":false},"later":{"x":1}}""")
            )
        );

        Assert.True(mail.IsSandbox);
        var settings = JsonDocument.Parse(mail.SettingsJson!).RootElement;
        Assert.Equal(
            ["asm", "ip_pool_name", "mail_settings", "tracking_settings"],
            settings.EnumerateObject().Select(setting => setting.Name)
        );
        Assert.Equal(6, settings.GetProperty("asm").GetProperty("groups_to_display")[1].GetInt32());
        Assert.Equal("ä\n", settings.GetProperty("mail_settings").GetProperty("footer").GetProperty("text").GetString());
    }

    [Fact]
    public void Null_is_absent() =>
        Requests.Accepted(
            Requests.With(
                ("personalizations/0/cc", "null"),
                ("personalizations/0/to/0/name", "null"),
                ("reply_to", "null"),
                ("attachments", "null"),
                ("headers", "null"),
                ("send_at", "null"),
                ("template_id", "null"),
                ("mail_settings", "null"),
                ("asm", "null")
            )
        );

    [Fact]
    public void The_last_of_two_equal_keys_wins()
    {
        var outcome = Requests.Parse(Requests.Good().ToJsonString()[..^1] + ",\"subject\":\"Second\"}");

        Assert.Equal("Second", outcome.Mail?.Content.Subject);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.NotNull(Requests.Parse("\uFEFF" + Requests.Good().ToJsonString()).Mail);

    [Fact]
    public void A_subject_in_every_personalization_is_enough()
    {
        var mail = Requests.Accepted(Requests.With(("subject", Requests.Removed), ("personalizations/0/subject", "\"Mine\"")));

        Assert.Equal(("", "Mine"), (mail.Content.Subject, mail.Personalizations[0].Personalization.Subject));
    }
}

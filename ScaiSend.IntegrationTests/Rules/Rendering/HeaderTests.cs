using MimeKit;
using ScaiSend.Contracts.Messages;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

/// <summary>RFC 5322, 2047, 6532 and 5891: what stands in the head of a mail.</summary>
public sealed class HeaderTests
{
    [Fact]
    public async Task The_fields_stand_in_order_and_custom_headers_come_last()
    {
        var email = Mails
            .Plain.WithHeader("X-Order", "12")
            .With(content => content with { ReplyTo = [new Address("help@example.com", null)] });
        email = email with { Personalization = email.Personalization with { Cc = [new Address("cc@example.org", null)] } };

        var names = (await email.ParsedAsync()).Headers.Concat((await email.ParsedAsync()).Body!.Headers).Select(header => header.Field);
        var text = await email.TextAsync();

        string[] expected =
        [
            "From",
            "To",
            "Cc",
            "Subject",
            "Date",
            "Message-ID",
            "Reply-To",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "X-Order",
        ];
        Assert.Equal(expected.Order(), names.Order());
        Assert.Equal(expected, text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n").Select(line => line.Split(':')[0]));
    }

    [Fact]
    public async Task Date_is_utc_and_message_id_and_reverse_path_name_the_email()
    {
        var mail = await Mails.Plain.RenderAsync();

        Assert.Equal("Tue, 24 Nov 2026 07:05:03 +0000", mail.AsText().RawField("Date"));
        Assert.Equal("<01999999111172228333444444444444@example.com>", mail.AsText().RawField("Message-ID"));
        Assert.Equal($"{Mails.Paths.LocalPartOf(Mails.Plain.EmailId)}@bounce.example.net", mail.ReversePath);
        Assert.Equal(("jane@example.org", "example.com", false), (mail.Recipient, mail.SigningDomain, mail.IsSigned));
    }

    public static TheoryData<string> Names =>
        [
            "Jane",
            "Jane Doe",
            "Jörg Müller",
            "山田太郎",
            "김철수",
            "Иван Петров",
            "Γιώργος Παπαδόπουλος",
            "محمد عبد الله",
            "דוד כהן",
            "प्रिया शर्मा",
            "สมชาย ใจดี",
            "👩‍👩‍👧‍👦 Family",
            "Doe, Jane",
            "Jane \"JD\" Doe",
            "back\\slash",
            "a.b@c <x>",
            "O'Neil; (sales): [x]",
            "two  spaces",
            "=?utf-8?Q?not_encoded?=",
            "Shop Ltd.",
            "a very long company name that does not fit within one single line of a mail, Incorporated & Sons",
            new string('n', 300),
            string.Concat(Enumerable.Repeat("長い名前", 60)),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_display_name_comes_back_as_it_was_given(string name)
    {
        var email = Mails
            .Plain.With(content =>
                content with
                {
                    From = new Address("shop@example.com", name),
                    ReplyTo = [new Address("r@example.com", name)],
                }
            )
            .To(new Address("jane@example.org", name), new Address("joe@example.org", name));

        var mail = await email.RenderAsync();

        AssertWellFormed(mail.AsText());
        var parsed = mail.Parsed();
        foreach (var mailbox in parsed.From.Mailboxes.Concat(parsed.To.Mailboxes).Concat(parsed.ReplyTo.Mailboxes))
        {
            Assert.Equal(name, mailbox.Name);
        }
        Assert.Equal(["jane@example.org", "joe@example.org"], parsed.To.Mailboxes.Select(mailbox => mailbox.Address));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \t ")]
    public async Task An_empty_name_leaves_the_address_alone(string? name) =>
        Assert.Equal("jane@example.org", (await Mails.Plain.To(new Address("jane@example.org", name)).TextAsync()).RawField("To"));

    [Theory]
    [InlineData("Jane", "Jane <j@example.org>")]
    [InlineData("Doe, Jane", "\"Doe, Jane\" <j@example.org>")]
    [InlineData("Jane \"JD\"", "\"Jane \\\"JD\\\"\" <j@example.org>")]
    [InlineData("Jörg", "=?utf-8?Q?J=C3=B6rg?= <j@example.org>")]
    [InlineData("a\r\nBcc: x@y.z", "\"a Bcc: x@y.z\" <j@example.org>")]
    public async Task A_name_is_written_plainly_when_it_can_be(string name, string field) =>
        Assert.Equal(field, (await Mails.Plain.To(new Address("j@example.org", name)).TextAsync()).RawField("To"));

    public static TheoryData<string> Subjects =>
        [
            "",
            "Hello",
            "Your order 12345: \"shipped\" (100 %), <today> = good",
            "Grüße aus Köln",
            "Ваш заказ отправлен и прибудет в течение трёх рабочих дней, пожалуйста, ожидайте звонка курьера",
            "ご注文ありがとうございます。商品は三営業日以内に発送されますので今しばらくお待ちください。よろしくお願いいたします。",
            "🎉🎉🎉 You won 👩‍👩‍👧‍👦🏳️‍🌈 " + string.Concat(Enumerable.Repeat("🚀", 80)),
            string.Join(' ', Enumerable.Repeat("word", 300)),
            new string('x', 3000),
            "spaces " + new string(' ', 1500) + " between",
            "looks =?utf-8?Q?encoded?= already",
            "مرحبا بالعالم",
            "a  b   c",
        ];

    [Theory]
    [MemberData(nameof(Subjects))]
    public async Task A_subject_comes_back_as_it_was_given(string subject)
    {
        var mail = await Mails.Plain.WithSubject(subject).RenderAsync();

        AssertWellFormed(mail.AsText());
        Assert.Equal(subject, mail.Parsed().Subject ?? "");
    }

    [Fact]
    public async Task A_long_subject_is_folded_at_its_spaces()
    {
        var field = (await Mails.Plain.WithSubject(string.Join(' ', Enumerable.Repeat("twelve chars", 20))).TextAsync()).RawField(
            "Subject"
        )!;

        Assert.All($"Subject: {field}".Split("\r\n")[..^1], line => Assert.InRange(line.Length, 60, 78));
    }

    [Theory]
    [InlineData("a\r\nBcc: evil@example.com", "a Bcc: evil@example.com")]
    [InlineData("a\nb", "a b")]
    [InlineData("a\rb", "a b")]
    [InlineData("a\r\n\r\n<script>", "a <script>")]
    [InlineData("tab\there", "tab here")]
    [InlineData("nul\0here", "nul here")]
    [InlineData(" \r\n trimmed \r\n", "trimmed")]
    public async Task A_value_cannot_start_another_field(string value, string written)
    {
        var text = await Mails.Plain.WithSubject(value).WithHeader("X-Custom", value).TextAsync();

        Assert.Equal(written, text.RawField("Subject"));
        Assert.Equal(written, text.RawField("X-Custom"));
        Assert.Null(text.RawField("Bcc"));
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_leaves_valid_utf8()
    {
        var mail = await Mails.Plain.WithSubject("bad \ud83d half").WithContent(("text/plain", "bad \udc00 half")).RenderAsync();

        Assert.Equal("bad \ufffd half", mail.Parsed().Subject);
        Assert.Equal("bad \ufffd half", mail.Parsed().TextBody!.TrimEnd());
    }

    [Fact]
    public async Task Every_copy_shows_to_and_cc_and_none_shows_bcc()
    {
        var people = Mails.Plain.Personalization with
        {
            To = [new Address("a@example.org", null), new Address("b@example.org", "B")],
            Cc = [new Address("c@example.org", null)],
            Bcc = [new Address("secret@example.org", "Secret")],
        };
        string[] recipients = ["a@example.org", "c@example.org", "secret@example.org"];
        var copies = recipients.Select(to => Mails.Plain with { Recipient = to, Personalization = people });
        foreach (var copy in copies)
        {
            var mail = await copy.RenderAsync();
            Assert.Equal(copy.Recipient, mail.Recipient);
            Assert.Equal("a@example.org, B <b@example.org>", mail.AsText().RawField("To"));
            Assert.Equal("c@example.org", mail.AsText().RawField("Cc"));
            Assert.DoesNotContain("ecret", mail.AsText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_thousand_recipients_are_folded()
    {
        var to = Enumerable.Range(0, 1000).Select(i => new Address($"recipient{i}@example.org", $"Recipient {i}")).ToArray();

        var mail = await Mails.Plain.To(to).RenderAsync();

        AssertWellFormed(mail.AsText());
        Assert.Equal(to.Select(address => address.Email), mail.Parsed().To.Mailboxes.Select(mailbox => mailbox.Address));
    }

    [Theory]
    [InlineData("jane@bücher.example", "jane@xn--bcher-kva.example")]
    [InlineData("jane@straße.example", "jane@xn--strae-oqa.example")]
    [InlineData("jane@例え.テスト", "jane@xn--r8jz45g.xn--zckzah")]
    [InlineData("Jane@Example.ORG", "Jane@Example.ORG")]
    [InlineData("a..b@example.org", "\"a..b\"@example.org")]
    [InlineData("john smith@example.org", "\"john smith\"@example.org")]
    [InlineData("\"john smith\"@example.org", "\"john smith\"@example.org")]
    [InlineData("a\"b@example.org", "\"a\\\"b\"@example.org")]
    [InlineData("jane@[192.0.2.1]", "jane@[192.0.2.1]")]
    [InlineData("jane@[IPv6:2001:db8::1]", "jane@[IPv6:2001:db8::1]")]
    [InlineData("o'neil+tag@example.org", "o'neil+tag@example.org")]
    public async Task An_address_is_written_in_ascii(string given, string written)
    {
        var mail = await (Mails.Plain.To(new Address(given, null)) with { Recipient = given }).RenderAsync();

        Assert.Equal(written, mail.Recipient);
        Assert.Equal(written, mail.AsText().RawField("To"));
        Assert.False(mail.NeedsSmtpUtf8);
    }

    [Fact]
    public async Task The_signing_domain_is_the_lower_case_a_label()
    {
        var mail = await Mails.Plain.With(content => content with { From = new Address("shop@BÜCHER.Example", null) }).RenderAsync();

        Assert.Equal("xn--bcher-kva.example", mail.SigningDomain);
        Assert.EndsWith("@xn--bcher-kva.example>", mail.AsText().RawField("Message-ID"), StringComparison.OrdinalIgnoreCase);
    }

    public static TheoryData<string> Utf8Places => ["recipient", "from", "to", "cc", "reply-to"];

    [Theory]
    [MemberData(nameof(Utf8Places))]
    public async Task A_local_part_beyond_ascii_needs_smtputf8(string place)
    {
        var address = new Address("pelé@bücher.example", "Pelé");
        var plain = Mails.Plain;
        var email = place switch
        {
            "recipient" => plain with { Recipient = address.Email },
            "from" => plain.With(content => content with { From = address }),
            "to" => plain.To(address),
            "cc" => plain with { Personalization = plain.Personalization with { Cc = [address] } },
            _ => plain.With(content => content with { ReplyTo = [address] }),
        };

        var mail = await email
            .WithSubject("Schöne Grüße")
            .WithContent(("text/plain", "Ein paar ganz schöne Grüße aus dem hohen Norden"))
            .RenderAsync();

        Assert.True(mail.NeedsSmtpUtf8);
        if (place == "recipient")
        {
            // RFC 6531 §3.3: the envelope takes UTF-8; the domain stays an A-label, as a resolver wants it.
            Assert.Equal("pelé@xn--bcher-kva.example", mail.Recipient);
        }
        else
        {
            Assert.Contains("=?utf-8?Q?Pel=C3=A9?= <pelé@bücher.example>", mail.AsText(), StringComparison.Ordinal);
        }
        Assert.Equal("=?utf-8?Q?Sch=C3=B6ne_Gr=C3=BC=C3=9Fe?=", mail.AsText().RawField("Subject"));
        Assert.EndsWith("Ein paar ganz sch=C3=B6ne Gr=C3=BC=C3=9Fe aus dem hohen Norden\r\n", mail.AsText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("jane")]
    [InlineData("@example.org")]
    [InlineData("jane@")]
    [InlineData("jane@exa mple.org")]
    [InlineData("jane@example..org")]
    [InlineData("jane@.example.org")]
    [InlineData("jane\r\n@example.org")]
    [InlineData("jane@example.org\r\nRCPT TO:<x@y.z>")]
    [InlineData("ja\ud83dne@example.org")]
    [InlineData("jane@exämple\u0000.org")]
    [InlineData("jane@>.org")]
    [InlineData("jane@[1]2]")]
    public async Task An_impossible_address_is_not_rendered(string address)
    {
        Assert.Contains("address", await (Mails.Plain with { Recipient = address }).RefusalAsync(), StringComparison.Ordinal);
        Assert.Contains("address", await Mails.Plain.To(new Address(address, null)).RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_address_is_not_rendered() =>
        await (Mails.Plain with { Recipient = new string('a', 400) + "@example.org" }).RefusalAsync();

    [Fact]
    public async Task A_personalization_replaces_a_header_by_name_whatever_its_case()
    {
        var email = Mails.Plain.WithHeader("X-One", "shared").WithHeader("X-Two", "kept");
        email = email with
        {
            Personalization = email.Personalization with
            {
                Headers = new Dictionary<string, string> { ["x-one"] = "own", ["X-Three"] = "new" },
            },
        };

        var headers = (await email.ParsedAsync()).Headers.Where(header =>
            header.Field.StartsWith("x-", StringComparison.OrdinalIgnoreCase)
        );

        Assert.Equal([("x-one", "own"), ("x-two", "kept"), ("x-three", "new")], headers.Select(h => (h.Field.ToLowerInvariant(), h.Value)));
    }

    [Theory]
    [InlineData("Bcc")]
    [InlineData("bcc")]
    [InlineData("Message-Id")]
    [InlineData("Date")]
    [InlineData("mime-version")]
    [InlineData("Content-Type")]
    [InlineData("DKIM-Signature")]
    [InlineData("From")]
    public async Task A_header_that_is_ours_is_not_taken_from_the_caller(string name) =>
        Assert.DoesNotContain("forged", await Mails.Plain.WithHeader(name, "forged").TextAsync(), StringComparison.Ordinal);

    [Theory]
    [InlineData("X Bad")]
    [InlineData("X:Bad")]
    [InlineData("X-B\u00e4d")]
    [InlineData("X-Bad\r\nBcc: x@y.z")]
    public async Task A_name_that_is_no_field_name_is_not_rendered(string name) => await Mails.Plain.WithHeader(name, "x").RefusalAsync();

    [Theory]
    [InlineData("List-Unsubscribe", "<https://example.com/u/abc>, <mailto:u@example.com?subject=unsubscribe>")]
    [InlineData("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    [InlineData("References", "<1@example.com> <2@example.com>")]
    [InlineData("X-Campaign", "2026/11: \"black\" <friday>")]
    [InlineData("X-Unicode", "Grüße 🎉")]
    public async Task A_callers_header_passes_through(string name, string value) =>
        Assert.Equal(value, (await Mails.Plain.WithHeader(name, value).ParsedAsync()).Headers[name]);

    private static void AssertWellFormed(string mail)
    {
        Assert.DoesNotContain(mail, c => c > 0x7e || (c < ' ' && c is not '\r' and not '\n'));
        Assert.All(mail.Split("\r\n"), line => Assert.True(line.Length <= 998 && !line.Contains('\n') && !line.Contains('\r')));
        Assert.DoesNotContain(mail.Split("\r\n\r\n")[0].Split("\r\n"), string.IsNullOrWhiteSpace);
        Assert.All(
            mail.Split("\r\n\r\n")[0].Split("\r\n").Where(line => line.Contains("=?utf-8?", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 1, 76)
        );
    }
}

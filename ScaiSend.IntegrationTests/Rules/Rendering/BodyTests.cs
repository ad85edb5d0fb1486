using System.Text;
using MimeKit;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

/// <summary>RFC 2045, 2046, 2183, 2231, 2387: bodies, alternatives, images and files.</summary>
public sealed class BodyTests
{
    private static readonly byte[] Pixel = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 255];

    [Theory]
    [InlineData("a\nb\n", "a\r\nb\r\n")]
    [InlineData("a\rb\r", "a\r\nb\r\n")]
    [InlineData("a\r\nb\r\n", "a\r\nb\r\n")]
    [InlineData("a\n\rb", "a\r\n\r\nb\r\n")]
    [InlineData("a\r\r\nb", "a\r\n\r\nb\r\n")]
    [InlineData("no end", "no end\r\n")]
    [InlineData("", "")]
    [InlineData("\n", "\r\n")]
    public async Task Line_ends_become_crlf(string given, string written)
    {
        var text = await Mails.Plain.WithContent(("text/plain", given)).TextAsync();

        Assert.Equal(written, text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    public static TheoryData<string, string> Encodings =>
        new()
        {
            { "plain ascii = fine.\n.dots\n", "7bit" },
            { new string('x', 997), "7bit" },
            { new string('x', 998), "quoted-printable" },
            { $"short\n{new string('x', 5000)}\nshort", "quoted-printable" },
            { string.Concat(Enumerable.Repeat(new string('x', 997) + "\r\n", 5)), "7bit" },
            { string.Concat(Enumerable.Repeat(new string('x', 997) + "\r", 5)) + new string('x', 998), "quoted-printable" },
            { "nul \0 inside", "quoted-printable" },
            { "Mostly ascii with one ü in quite a long line.", "quoted-printable" },
            { "Trailing space \nand tab\t\nü is here, and so are many other letters", "quoted-printable" },
            { "日本語だけの本文", "base64" },
            { "Привет", "base64" },
            { "", "7bit" },
        };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task The_transfer_encoding_fits_the_text(string text, string encoding)
    {
        var mail = await Mails.Plain.WithContent(("text/plain", text)).RenderAsync();

        Assert.Equal(encoding, mail.AsText().RawField("Content-Transfer-Encoding"));
        Assert.Equal("text/plain; charset=utf-8", mail.AsText().RawField("Content-Type"));
        Assert.Equal(Normalised(text), Normalised(((TextPart)mail.Parsed().Body!).Text));
        var lines = mail.AsText().Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length < 998 && Ascii.IsValid(line)));
        Assert.All(encoding == "7bit" ? [] : lines, line => Assert.True(line.Length <= 76));
    }

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData("text/html", "text/html")]
    public async Task One_content_makes_one_part(string type, string parsed) =>
        Assert.True(
            (await Mails.Plain.WithContent((type, "<p>x</p>")).ParsedAsync()).Body is TextPart part && part.ContentType.MimeType == parsed
        );

    [Fact]
    public async Task Contents_are_alternatives_in_the_order_given()
    {
        var message = await Mails
            .Plain.WithContent(
                ("text/plain", "text"),
                ("text/x-amp-html", "<html amp4email>é</html>"),
                ("text/html", "<p>html</p>"),
                ("text/calendar; method=REQUEST", "BEGIN:VCALENDAR")
            )
            .ParsedAsync();

        var alternative = Assert.IsType<MultipartAlternative>(message.Body);
        Assert.Equal(
            ["text/plain", "text/x-amp-html", "text/html", "text/calendar"],
            alternative.Cast<TextPart>().Select(part => part.ContentType.MimeType)
        );
        Assert.Equal(
            ["text", "<html amp4email>é</html>", "<p>html</p>", "BEGIN:VCALENDAR"],
            alternative.Cast<TextPart>().Select(part => part.Text)
        );
        Assert.Equal("REQUEST", ((TextPart)alternative[3]).ContentType.Parameters["method"]);
        Assert.All(alternative.Cast<TextPart>(), part => Assert.Equal("utf-8", part.ContentType.Charset));
    }

    [Fact]
    public async Task Images_stand_beside_the_html_that_shows_them_and_files_beside_it_all()
    {
        var email = Mails.Plain.WithContent(("text/plain", "text"), ("text/html", "<img src=\"cid:logo\">"));
        email = await email.WithFileAsync("logo.png", "image/png", Pixel, "logo");
        email = await email.WithFileAsync("doc.pdf", "application/pdf", [1, 2, 3]);

        var message = await email.ParsedAsync();

        var mixed = Assert.IsType<Multipart>(message.Body);
        var alternative = Assert.IsType<MultipartAlternative>(mixed[0]);
        var related = Assert.IsType<MultipartRelated>(alternative[1]);
        Assert.Equal("mixed", mixed.ContentType.MediaSubtype);
        Assert.Equal("text/html", related.ContentType.Parameters["type"]);
        Assert.Equal("<img src=\"cid:logo\">", Assert.IsType<TextPart>(related.Root).Text);
        var image = Assert.IsType<MimePart>(related[1]);
        Assert.Equal(("logo", "inline", "logo.png"), (image.ContentId, image.ContentDisposition!.Disposition, image.FileName));
        Assert.Equal(Pixel, Decoded(image));
        var file = Assert.IsType<MimePart>(mixed[1]);
        Assert.Equal(
            ("application/pdf", "attachment", "doc.pdf"),
            (file.ContentType.MimeType, file.ContentDisposition!.Disposition, file.FileName)
        );
        Assert.Equal([1, 2, 3], Decoded(file));
    }

    [Fact]
    public async Task Html_alone_holds_its_images()
    {
        var message = await (
            await Mails.Plain.WithContent(("TEXT/HTML", "<img src=\"cid:a b\">")).WithFileAsync("x.png", "image/png", Pixel, "a b")
        ).ParsedAsync();

        Assert.Equal(2, Assert.IsType<MultipartRelated>(message.Body).Count);
    }

    [Fact]
    public async Task An_image_without_html_is_shown_beside_the_text()
    {
        var message = await (await Mails.Plain.WithFileAsync("logo.png", "image/png", Pixel, "logo")).ParsedAsync();

        Assert.Equal("inline", ((Multipart)message.Body!)[1].ContentDisposition!.Disposition);
    }

    public static TheoryData<string> FileNames =>
        [
            "report.pdf",
            "my report (final).pdf",
            "quote\"and\\slash.txt",
            "Übersicht Köln.pdf",
            "請求書.pdf",
            "отчёт за ноябрь.xlsx",
            "תמונה.png",
            "🎉.gif",
            "100%25 'sure'.txt",
            "semi;colon=equals.txt",
            new string('a', 251) + ".txt",
            string.Concat(Enumerable.Repeat("長", 255)),
        ];

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task A_file_name_comes_back_as_it_was_given(string name)
    {
        var mail = await (await Mails.Plain.WithFileAsync(name, "application/pdf", [1])).RenderAsync();

        Assert.True(Ascii.IsValid(mail.Bytes.Span));
        Assert.All(mail.AsText().Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        Assert.Equal(name, ((MimePart)mail.Parsed().Attachments.Single()).FileName);
    }

    [Fact]
    public async Task A_file_name_cannot_start_another_field()
    {
        var text = await (await Mails.Plain.WithFileAsync("a\r\nBcc: x@y.z\r\n\r\n.txt", "text/plain", [1])).TextAsync();

        Assert.DoesNotContain("\r\nBcc:", text, StringComparison.Ordinal);
        Assert.Contains("filename=\"a Bcc: x@y.z .txt\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/png", "image/png")]
    [InlineData("text/plain; charset=iso-8859-1", "text/plain")]
    [InlineData("message/rfc822", "application/octet-stream")]
    [InlineData("multipart/mixed", "application/octet-stream")]
    [InlineData("nonsense", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    [InlineData("im\u00e4ge/png", "application/octet-stream")]
    [InlineData("image/png\r\nBcc: x@y.z", "application/octet-stream")]
    public async Task A_files_type_is_kept_when_base64_may_carry_it(string given, string written)
    {
        var bytes = Encoding.Latin1.GetBytes("lines\nend\r\nas they were, \u00e4\r");
        var message = await (await Mails.Plain.WithFileAsync("x", given, bytes)).ParsedAsync();

        var file = (MimePart)message.Attachments.Single();
        Assert.Equal(written, file.ContentType.MimeType);
        Assert.Equal(bytes, Decoded(file));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(56)]
    [InlineData(57)]
    [InlineData(58)]
    [InlineData(114)]
    [InlineData(300_000)]
    public async Task A_file_of_any_size_comes_back(int size)
    {
        var bytes = Enumerable.Range(0, size).Select(i => (byte)(i * 31)).ToArray();
        var message = await (await Mails.Plain.WithFileAsync("x.bin", "application/octet-stream", bytes)).ParsedAsync();

        Assert.Equal(bytes, Decoded((MimePart)message.Attachments.Single()));
    }

    [Fact]
    public async Task A_file_that_is_gone_is_not_rendered()
    {
        var email = await Mails.Plain.WithFileAsync("gone.txt", "text/plain", Encoding.UTF8.GetBytes("about to go"));
        await Mails.Blobs.DeleteAsync(email.Content.Attachments[0].BlobKey, TestContext.Current.CancellationToken);

        Assert.Contains("attachment", await email.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/alternative")]
    [InlineData("message/rfc822")]
    [InlineData("nonsense")]
    [InlineData("text/html\r\nBcc: x@y.z")]
    public async Task A_content_that_cannot_be_a_body_is_not_rendered(string type) =>
        await Mails.Plain.WithContent((type, "x")).RefusalAsync();

    [Theory]
    [InlineData("lo\r\ngo")]
    [InlineData("l\u00f6go")]
    [InlineData("a>b")]
    [InlineData("")]
    public async Task A_content_id_that_cannot_be_written_is_not_rendered(string contentId) =>
        await (await Mails.Plain.WithContent(("text/html", "x")).WithFileAsync("x.png", "image/png", Pixel, contentId)).RefusalAsync();

    private static string Normalised(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');

    private static byte[] Decoded(MimePart part)
    {
        using var bytes = new MemoryStream();
        part.Content!.DecodeTo(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}

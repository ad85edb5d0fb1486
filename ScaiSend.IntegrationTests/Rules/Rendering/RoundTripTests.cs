using System.Text;
using CsCheck;
using MimeKit;
using ScaiSend.Contracts.Messages;
using ScaiSend.Processing.Rendering;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

/// <summary>Whatever a caller sends: the mail is well-formed, reads back the same, and comes out the same twice.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<string> AnyText = Gen.Frequency(
            (4, Gen.Char['\u0020', '\u007e'].Select(c => c.ToString())),
            (
                1,
                Gen.OneOf(
                    "\n",
                    "\r\n",
                    "\r",
                    "\n\n",
                    " \n",
                    "\t",
                    "=",
                    "=20",
                    "=?utf-8?Q?x?=",
                    ".",
                    "--",
                    "\0",
                    "From ",
                    ", ",
                    "\"",
                    "\\",
                    "  "
                )
            ),
            (1, Gen.OneOf("ü", "é", "日本", "🎉", "👩‍👩‍👧‍👦", "Привет", "سلام", "\u00a0", "\u2028", "\ufeff", "e\u0301")),
            (1, Gen.Int[0, 1200].Select(n => new string('x', n)))
        )
        .Array[0, 60]
        .Select(pieces => string.Concat(pieces));

    private static readonly Gen<string> AsciiText = Gen.Char['\u0020', '\u007e'].Array[0, 200].Select(chars => new string(chars));

    private static readonly Gen<string> Line = Gen.OneOf(AnyText, AsciiText);

    private static readonly Gen<EmailToRender> Emails =
        from subject in Line
        from header in Line
        from names in Line.Select(name => (string?)name).Array[1, 5]
        from text in AnyText
        from html in Line
        from kinds in Gen.Int[1, 3]
        select Mails
            .Plain.WithSubject(subject)
            .WithHeader("X-Custom", header)
            .To([.. names.Select((name, i) => new Address($"r{i}@example.org", name))])
            .WithContent([.. new[] { ("text/plain", text), ("text/html", html) }.Where((_, i) => (kinds & (1 << i)) != 0)]);

    [Fact]
    public Task Any_mail_reads_back_as_it_was_given() =>
        Emails.SampleAsync(
            async email =>
            {
                var mail = await email.RenderAsync();
                AssertSevenBitLines(mail.Bytes);

                var parsed = mail.Parsed();
                Assert.Equal(OneLine(email.Content.Subject), parsed.Subject ?? "");
                Assert.Equal(OneLine(email.Content.Headers["X-Custom"]), parsed.Headers["X-Custom"]);
                Assert.Equal(email.Personalization.To.Select(to => OneLine(to.Name!)), parsed.To.Mailboxes.Select(to => to.Name ?? ""));
                Assert.Equal(email.Personalization.To.Select(to => to.Email), parsed.To.Mailboxes.Select(to => to.Address));
                Assert.Equal(email.Content.Content.Select(part => Lines(part.Value)), parsed.BodyParts.Select(Decoded));
            },
            iter: 2000,
            threads: 1
        );

    [Fact]
    public Task The_same_email_gives_the_same_bytes() =>
        Emails.SampleAsync(
            async email => Assert.Equal((await email.RenderAsync()).Bytes.ToArray(), (await email.RenderAsync()).Bytes.ToArray()),
            iter: 200,
            threads: 1
        );

    [Fact]
    public async Task Another_email_of_the_same_message_has_other_boundaries()
    {
        var email = Mails.Plain.WithContent(("text/plain", "a"), ("text/html", "b"));
        var other = email with { EmailId = email.MessageId };

        Assert.NotEqual((await email.ParsedAsync()).Body!.ContentType.Boundary, (await other.ParsedAsync()).Body!.ContentType.Boundary);
    }

    private static void AssertSevenBitLines(ReadOnlyMemory<byte> bytes)
    {
        var mail = bytes.Span;
        Assert.True(Ascii.IsValid(mail) && mail.IndexOf((byte)0) < 0 && mail.EndsWith("\r\n"u8));
        foreach (var range in mail.Split("\r\n"u8))
        {
            var line = mail[range];
            Assert.True(line.Length <= 998 && line.IndexOfAny((byte)'\r', (byte)'\n') < 0);
        }
    }

    // What the renderer promises of header text, said another way.
    private static string OneLine(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\p{Cc}+", " ").Trim();

    private static string Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd('\n');

    private static string Decoded(MimeEntity entity)
    {
        using var bytes = new MemoryStream();
        ((MimePart)entity).Content?.DecodeTo(bytes, TestContext.Current.CancellationToken);
        return Lines(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}

using System.Text;
using Microsoft.Extensions.Options;
using MimeKit;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Processing.Rendering;
using ScaiSend.Processing.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

/// <summary>Emails to render, each with what a test does not care about already filled in.</summary>
internal static class Mails
{
    public static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public static readonly EmailToRender Plain = new(
        Guid.Parse("01999999-1111-7222-8333-444444444444"),
        Guid.Parse("01999999-1111-7222-8333-555555555555"),
        Guid.Parse("01999999-1111-7222-8333-666666666666"),
        "jane@example.org",
        new DateTimeOffset(2026, 11, 24, 9, 5, 3, TimeSpan.FromHours(2)),
        new MessageContent(
            new Address("shop@example.com", "Shop"),
            [],
            "Hello",
            [new ContentPart("text/plain", "Hi there\n")],
            [],
            None,
            [],
            None
        ),
        new Personalization([new Address("jane@example.org", "Jane Doe")], [], [], null, None, None, None)
    );

    public static FolderBlobs Blobs { get; } = new(Directory.CreateTempSubdirectory("scaisend-rendering-").FullName);

    public static ReturnPaths Paths { get; } = new(Secrets());

    public static TrackingTokens Tokens { get; } = new(Secrets());

    public static UnsubscribeMailboxes Mailboxes { get; } = new(Secrets());

    public static PublicUrl PublicUrl { get; } = new("https://mail.example.net");

    private static MailRenderer Renderer { get; } =
        new(
            Blobs,
            Paths,
            // No database: images are embedded in journeys only.
            new MailTracking(
                new OwnLinks(Tokens, Mailboxes, PublicUrl, new ReturnPathDomain("bounce.example.net")),
                new HtmlScans(PublicUrl),
                new EmbeddedImages(null!, Blobs)
            ),
            new RenderingOptions { ReturnPathDomain = "bounce.example.net" }
        );

    public static EmailToRender With(this EmailToRender email, Func<MessageContent, MessageContent> change) =>
        email with
        {
            Content = change(email.Content),
        };

    public static EmailToRender To(this EmailToRender email, params Address[] to) =>
        email with
        {
            Personalization = email.Personalization with { To = to },
        };

    public static EmailToRender WithSubject(this EmailToRender email, string subject) =>
        email.With(content => content with { Subject = subject });

    public static EmailToRender WithContent(this EmailToRender email, params (string Type, string Value)[] parts) =>
        email.With(content => content with { Content = [.. parts.Select(part => new ContentPart(part.Type, part.Value))] });

    public static EmailToRender WithHeader(this EmailToRender email, string name, string value) =>
        email.With(content => content with { Headers = new Dictionary<string, string>(content.Headers) { [name] = value } });

    public static async Task<EmailToRender> WithFileAsync(
        this EmailToRender email,
        string fileName,
        string type,
        byte[] bytes,
        string? contentId = null
    )
    {
        var key = $"attachments/{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";
        await Blobs.PutAsync(key, new MemoryStream(bytes), TestContext.Current.CancellationToken);
        var attachment = new Attachment(key, bytes.Length, fileName, type, contentId is not null, contentId);
        return email.With(content => content with { Attachments = [.. content.Attachments, attachment] });
    }

    public static async Task<RenderedMail> RenderAsync(this EmailToRender email) =>
        Assert.IsType<Rendered>(await Renderer.RenderAsync(email, TestContext.Current.CancellationToken)).Mail;

    public static async Task<string> RefusalAsync(this EmailToRender email) =>
        Assert.IsType<NotRendered>(await Renderer.RenderAsync(email, TestContext.Current.CancellationToken)).Reason;

    public static async Task<string> TextAsync(this EmailToRender email) => (await email.RenderAsync()).AsText();

    public static async Task<MimeMessage> ParsedAsync(this EmailToRender email) =>
        MimeMessage.Load(new MemoryStream(await (await email.RenderAsync()).AssembledAsync(Blobs)), TestContext.Current.CancellationToken);

    public static string AsText(this RenderedMail mail) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(mail.Bytes.Span);

    public static MimeMessage Parsed(this RenderedMail mail) => MimeMessage.Load(new MemoryStream(mail.Bytes.ToArray()));

    private static IOptions<SecretOptions> Secrets() =>
        Options.Create(new SecretOptions { Key = Convert.ToBase64String(Encoding.ASCII.GetBytes("32 bytes that only tests may use")) });

    /// <summary>The value of a header field as written, folds and all.</summary>
    public static string? RawField(this string mail, string name)
    {
        var head = mail[..(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2)];
        var start = ("\r\n" + head).IndexOf($"\r\n{name}: ", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }
        var value = head[(start + name.Length + 2)..];
        for (var end = 0; ; end += 2)
        {
            end = value.IndexOf("\r\n", end, StringComparison.Ordinal);
            if (end + 2 >= value.Length || value[end + 2] != ' ')
            {
                return value[..end];
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Inbound;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Rules.Inbound;

/// <summary>The reports in <c>Reports/</c>, about one email, and a reader with the key that its token was made with.</summary>
internal static class Samples
{
    public static readonly Guid EmailId = Guid.Parse("01999999-1111-7222-8333-444444444444");

    public static ReturnPaths Paths { get; } = new(Options.Create(new SecretOptions { Key = Convert.ToBase64String(new byte[32]) }));

    public static UnsubscribeMailboxes Mailboxes { get; } =
        new(Options.Create(new SecretOptions { Key = Convert.ToBase64String(new byte[32]) }));

    public static ReportReader Reader { get; } = new(Paths, Mailboxes, Options.Create(new InboundOptions()));

    public static string Token { get; } = Paths.LocalPartOf(EmailId);

    public static IReadOnlyList<string> Names { get; } =
    [.. Directory.GetFiles(Folder(), "*.eml").Select(Path.GetFileNameWithoutExtension).Order()!];

    public static byte[] Read(string name, string? token = null) =>
        Encoding.UTF8.GetBytes(
            File.ReadAllText(Path.Combine(Folder(), name + ".eml"))
                .ReplaceLineEndings("\r\n")
                .Replace("{{token}}", token ?? Token, StringComparison.Ordinal)
                .Replace("{{id}}", EmailId.ToString("N"), StringComparison.Ordinal)
        );

    /// <summary>The envelope's recipient, as the sample's To has it.</summary>
    public static string RecipientOf(byte[] mail)
    {
        var text = Encoding.UTF8.GetString(mail);
        var to = text[(text.IndexOf("\r\nTo: ", StringComparison.Ordinal) + 6)..];
        return to[..to.IndexOf("\r\n", StringComparison.Ordinal)].Trim('<', '>');
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Reports");
}

using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ScaiSend.IntegrationTests.Rules.Rendering;
using ScaiSend.Platform.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

/// <summary>
/// Newsletters as people send them, in <c>Newsletters/</c>. In each, links to <c>go.example</c> are to be tracked and everything else is to stay, such as
/// what leads to <c>left.example</c>.
/// </summary>
public sealed class NewsletterTests
{
    private static readonly TrackingSettings All = new() { CountsClicks = true, CountsOpens = true };

    // What stands behind the pixel where that is not the end tag of the body.
    private static readonly Dictionary<string, string> BehindPixel = new()
    {
        ["11-no-body"] = "",
        ["13-unclosed-quote"] = "<a href=\"https://left.example/never-closed>",
        ["14-unclosed-comment"] = "<!-- somebody forgot the end",
    };

    public static TheoryData<string> Names() =>
        [.. Directory.GetFiles(Folder(), "*.html").Select(file => Path.GetFileNameWithoutExtension(file)!).Order()];

    [Fact]
    public void There_are_thirty() => Assert.Equal(30, Names().Count);

    [Theory, MemberData(nameof(Names))]
    public async Task Only_links_change_and_the_pixel_is_added(string name)
    {
        var html = await File.ReadAllTextAsync(Path.Combine(Folder(), name + ".html"), TestContext.Current.CancellationToken);
        var original = await RenderedAsync(html, TrackingSettings.Off);

        var (changed, pixelAt) = Tracked.WithoutPixel(await RenderedAsync(html, All));

        var behind = BehindPixel.GetValueOrDefault(name, "</body");
        Assert.StartsWith(behind, changed[pixelAt..], StringComparison.OrdinalIgnoreCase);
        Assert.True(behind.Length > 0 || pixelAt == changed.TrimEnd().Length);
        if (behind == "</body")
            Assert.DoesNotContain(
                "</body",
                Regex.Replace(changed[(pixelAt + behind.Length)..], "(?s)<script.*?</script>", ""),
                StringComparison.OrdinalIgnoreCase
            );
        Assert.Equal(original, WithLinksPutBack(changed, original));
        Assert.DoesNotContain("://go.example", changed, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Regex.Count(original, "://go\\.example", RegexOptions.IgnoreCase), Tracked.ClickLink().Count(changed));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Nothing_changes_without_tracking(string name)
    {
        var html = await File.ReadAllTextAsync(Path.Combine(Folder(), name + ".html"), TestContext.Current.CancellationToken);

        Assert.Equal(AsWritten(html), AsWritten(await RenderedAsync(html, TrackingSettings.Off)));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task The_same_email_always_has_the_same_bytes(string name)
    {
        var html = await File.ReadAllTextAsync(Path.Combine(Folder(), name + ".html"), TestContext.Current.CancellationToken);

        Assert.Equal(await RenderedAsync(html, All), await RenderedAsync(new string(html), All));
    }

    // Each link of ours gives way to what the original has in its place, which must mean the same.
    private static string WithLinksPutBack(string changed, string original)
    {
        var (undone, at, number) = (new System.Text.StringBuilder(), 0, 0);
        foreach (Match link in Tracked.ClickLink().Matches(changed))
        {
            undone.Append(changed, at, link.Index - at);
            at = link.Index + link.Length;
            var end = original.IndexOf(changed[at], undone.Length);
            var raw = original[undone.Length..end];
            var url = WebUtility.HtmlDecode(raw).ReplaceLineEndings("");
            Assert.Equal(url, Uri.UnescapeDataString(link.Groups["url"].Value));
            Assert.True(Mails.Tokens.TryReadClick(link.Groups["token"].Value, url, out var read));
            Assert.Equal((Mails.Plain.EmailId, false, number++), (read!.EmailId, read.IsInText, read.Index));
            undone.Append(raw);
        }
        return undone.Append(changed, at, changed.Length - at).ToString();
    }

    private static async Task<string> RenderedAsync(string html, TrackingSettings settings) =>
        (await Tracked.ParsedAsync(settings, null, ("text/html", html))).HtmlBody!;

    // A mail has CRLF only, and ends with one.
    private static string AsWritten(string text) => Regex.Replace(text, "\r\n|\r|\n", "\n").TrimEnd('\n');

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Newsletters");
}

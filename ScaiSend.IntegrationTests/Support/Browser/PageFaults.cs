using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ScaiSend.IntegrationTests.Support.Browser;

/// <summary>Looks at a page as people do who have little room, or a screen reader.</summary>
public static class PageFaults
{
    // What a mail says is the sender's, and its frame runs no script, not even a checker's.
    private static readonly AxeRunOptions OurPagesOnly = new() { Iframes = false };

    /// <summary>What a mail, a name or a wording says that was written to do harm: a page that takes it for HTML is hacked.</summary>
    public const string Hostile = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\"'><b>";

    /// <summary>What is wrong with the page that is shown; takes a picture of it.</summary>
    /// <param name="name">What the picture is called, with the width and whether it is dark.</param>
    /// <param name="isPicture">False where the page shows a secret: it is in no picture.</param>
    public static async Task<IReadOnlyList<string>> FaultsAsync(this IPage page, string name, int width, bool isDark, bool isPicture = true)
    {
        if (isPicture)
            await page.PictureAsync($"{name}-{width}{(isDark ? "-dark" : "")}");
        var wrong = new List<string>();
        if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") is > 0 and var over)
            wrong.Add($"{name} is {over} pixels too wide");
        foreach (var violation in (await page.RunAxe(OurPagesOnly)).Violations.Where(v => v.Impact is "serious" or "critical"))
            wrong.Add($"{name}: {violation.Id}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}");
        return wrong;
    }
}

using Microsoft.Playwright;
using ScaiSend.IntegrationTests.Support.Browser;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace ScaiSend.IntegrationTests.Support.Browser;

/// <summary>The browser of this run: Debian's Chromium, started when a test first needs it. Nothing is downloaded.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>A browser window of its own, with its own cookies.</summary>
    /// <param name="canBeInspected">Lets a checker put its script into pages, which their policy forbids.</param>
    public async Task<IPage> OpenAsync(int width = 1280, bool isDark = false, bool canBeInspected = false)
    {
        var (_, browser) = await _started.Value;
        var context = await browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = 800 },
                ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
                BypassCSP = canBeInspected,
                Locale = "en-GB",
                TimezoneId = "UTC",
            }
        );
        context.SetDefaultTimeout((float)Patience.Limit.TotalMilliseconds);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated)
            return;
        var (driver, browser) = await _started.Value;
        await browser.DisposeAsync();
        driver.Dispose();
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var path = Environment.GetEnvironmentVariable("SCAISEND_TEST_CHROMIUM") is { Length: > 0 } set ? set : "/usr/bin/chromium";
        Assert.True(
            File.Exists(path),
            $"There is no Chromium at {path}: install Debian's package chromium, or name another one in SCAISEND_TEST_CHROMIUM"
        );
        var driver = await Playwright.CreateAsync();
        return (
            driver,
            await driver.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions
                {
                    ExecutablePath = path,
                    Args = Arguments,
                    Headless = true,
                }
            )
        );
    }
}

using Microsoft.Playwright;

namespace ScaiSend.IntegrationTests.Support.Browser;

/// <summary>What people do in the console.</summary>
public static class ConsolePages
{
    /// <summary>Set to a folder, it gets a picture of each page that a test shows.</summary>
    private const string Pictures = "SCAISEND_SCREENSHOTS";

    public static Task<IResponse?> GoAsync(this IPage page, Product product, string path) =>
        page.GotoAsync(new Uri(product.Http.BaseAddress!, $"/console/{path}").ToString());

    /// <summary>Signs in as a person with a password of this installation.</summary>
    public static async Task SignInAsync(this IPage page, Product product, string email = Logins.Email, string to = "")
    {
        await page.GoAsync(product, to);
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(Logins.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await IsInAsync(page);
    }

    /// <summary>Signs in with the operator's key of the tests.</summary>
    public static async Task SignInAsOperatorAsync(this IPage page, Product product)
    {
        await page.GoAsync(product, "sign-in");
        await page.GetByText("With an operator’s key").First.ClickAsync();
        await page.GetByLabel("Operator’s key", new() { Exact = true }).FillAsync(product.OperatorKey.Text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the key" }).ClickAsync();
        await IsInAsync(page);
    }

    // On a narrow page it is in the menu, which is closed.
    private static Task IsInAsync(IPage page) =>
        page.Locator("form[action=sign-out] button").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>Waits until the page shows a text, while the product's time goes on.</summary>
    public static async Task SeeAsync(this IPage page, Product product, string text)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!await page.GetByText(text).First.IsVisibleAsync())
        {
            Assert.True(patience.Elapsed < Patience.Limit, $"“{text}” does not come: {await page.Locator("main").InnerTextAsync()}");
            product.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A picture for the documents, where one is asked for.</summary>
    public static async Task PictureAsync(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable(Pictures) is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"console-{name}.png"), FullPage = true });
    }
}

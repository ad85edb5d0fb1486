using System.Text.RegularExpressions;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Login;

/// <summary>The login page, as browsers, screen readers and strangers meet them.</summary>
public sealed partial class LoginPageTests
{
    [Theory]
    [InlineData("en", "en", "Log in", "Password", "Check both and try again")]
    [InlineData("nl-BE", "nl", "Inloggen", "Wachtwoord", "Controleer beide")]
    [InlineData("de-AT", "de", "Anmelden", "Passwort", "Pr\u00fcfen Sie beides")]
    [InlineData("fr", "en", "Log in", "Password", "Check both and try again")]
    public async Task It_speaks_three_languages(string asked, string language, string title, string label, string wrong)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var (url, state) = await product.BeginLoginAsync();

        var form = await product.BrowseAsync(url.PathAndQuery, asked);
        Assert.Equal((200, language), (form.Status, form.Headers["Content-Language"]));
        Assert.Contains($"<html lang=\"{language}\">", form.Html, StringComparison.Ordinal);
        Assert.Contains($"<h1 id=\"title\">{title}</h1>", form.Html, StringComparison.Ordinal);
        Assert.Contains($"<label for=\"password\">{label}</label>", form.Html, StringComparison.Ordinal);
        var again = await product.SubmitAsync(state, password: "wrong password", language: asked);
        Assert.Equal(401, again.Status);
        Assert.Contains(wrong, again.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_needs_no_script_and_nothing_from_elsewhere_and_cannot_be_framed_or_kept()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var form = await product.BrowseAsync((await product.BeginLoginAsync()).Url.PathAndQuery);

        Assert.Matches(
            @"^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http://127\.0\.0\.1:\d+; base-uri 'none'; frame-ancestors 'none'$",
            form.Headers["Content-Security-Policy"]
        );
        Assert.Equal(("no-store", "no-referrer"), (form.Headers["Cache-Control"], form.Headers["Referrer-Policy"]));
        Assert.DoesNotContain("Set-Cookie", form.Headers.Keys);
        Assert.DoesNotContain("<script", form.Html, StringComparison.Ordinal);
        Assert.DoesNotMatch(Loaded(), form.Html);
        Assert.Contains("autocomplete=\"username\"", form.Html, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"current-password\"", form.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_wrong_is_said_first_and_what_was_typed_is_markup_nowhere()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var (_, state) = await product.BeginLoginAsync();

        var page = await product.SubmitAsync(state, "\"><script>alert(1)</script>@x.test", "<b>secret</b> words");

        Assert.StartsWith(
            "<title>Error: Log in",
            page.Html[page.Html.IndexOf("<title>", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
        Assert.Contains("id=\"trouble\" role=\"alert\" tabindex=\"-1\" autofocus", page.Html, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page.Html, "aria-invalid=\"true\" aria-describedby=\"trouble\""));
        Assert.DoesNotContain("<script", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Logins.Password)]
    [InlineData(Logins.Email, "")]
    [InlineData("   ", Logins.Password)]
    public async Task What_is_missing_is_asked_for(string email, string password)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var page = await product.SubmitAsync((await product.BeginLoginAsync()).State, email, password);

        Assert.Equal(400, page.Status);
        Assert.Contains("Enter your email address and your password.", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_login_that_was_begun_it_says_where_to_begin()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var (url, state) = await product.BeginLoginAsync();

        foreach (var (path, status) in ((string, int)[])[("/login", 200), ("/login?state=x", 400), ($"/login?state={state[..^2]}", 400)])
        {
            var page = await product.BrowseAsync(path);
            Assert.Equal(status, page.Status);
            Assert.Contains("/console/callback\">Begin to log in</a>", page.Html, StringComparison.Ordinal);
        }
        product.Clock.Advance(LoginStates.Lasts);
        Assert.Equal(400, (await product.BrowseAsync(url.PathAndQuery)).Status);
        Assert.Equal(400, (await product.SubmitAsync(state)).Status);
    }

    [Fact]
    public async Task Where_ScaiKey_asks_for_the_password_it_does_not()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.LoginSettings, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");

        Assert.Equal(404, (await product.BrowseAsync("/login")).Status);
        Assert.Equal(404, (await product.SubmitAsync((await product.BeginLoginAsync()).State)).Status);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\ncut off")]
    public async Task What_is_no_form_is_refused_on_a_page(string type, string? body)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var content = new StringContent(body ?? $"state={new string('x', 20_000)}");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);

        using var answer = await product.Http.PostAsync("/login", content, TestContext.Current.CancellationToken);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Another_callback_can_be_set_and_is_where_forms_may_lead()
    {
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?> { ["Login:CallbackUrl"] = "https://console.example.com/done" },
            roles: Role.Serve
        );
        await product.AddPersonAsync(roles: "viewer");
        var (url, state) = await product.BeginLoginAsync();

        Assert.Contains(
            "form-action 'self' https://console.example.com;",
            (await product.BrowseAsync(url.PathAndQuery)).Headers["Content-Security-Policy"],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "https://console.example.com/done?code=",
            (await product.SubmitAsync(state)).Location!.ToString(),
            StringComparison.Ordinal
        );
    }

    [GeneratedRegex("""\b(src|srcset|@import|url\()\s*=?""")]
    private static partial Regex Loaded();
}

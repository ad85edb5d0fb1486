using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>How one is signed in to the console, stays so, and is not any more.</summary>
public sealed class SessionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Many_pages_at_once_renew_a_login_that_runs_out_once(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);

        for (var hour = 0; hour < 3; hour++)
        {
            product.Clock.Advance(BuiltInLogin.AccessLasts + TimeSpan.FromMinutes(2));
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => ada.GetAsync("/console/messages")));
            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        }
    }

    [Fact]
    public async Task A_session_ends_after_its_time_and_with_its_user()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var user = await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        using var ops = await ConsoleCaller.SignInAsOperatorAsync(product);

        product.Clock.Advance(Sessions.OperatorLasts);
        Assert.Equal(303, (await ops.GetAsync("/console/tenant")).Status);
        Assert.Equal(200, (await ada.GetAsync("/console/messages")).Status);
        product.Clock.Advance(Sessions.Lasts - Sessions.OperatorLasts);
        Assert.Equal(303, (await ada.GetAsync("/console/messages")).Status);

        using var again = await ConsoleCaller.SignInAsync(product);
        await product.DeactivateAsync(user.Id);
        product.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(303, (await again.GetAsync("/console/messages")).Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_its_login()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        var token = ConsoleCaller.Field((await ada.GetAsync("/console")).Html, FormGuard.Field);
        var secret = ada.Cookies["scaisend"]!.Value;

        Assert.Equal(303, (await ada.PostAsync("/console/sign-out", new() { [FormGuard.Field] = token })).Status);

        ada.Cookies.Add(new System.Net.Cookie("scaisend", secret));
        Assert.Equal(303, (await ada.GetAsync("/console/messages")).Status);
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        Assert.Empty(await db.ConsoleSessions.ToListAsync(Stop));
        Assert.All(await db.LoginGrants.ToListAsync(Stop), grant => Assert.NotNull(grant.UsedAt));
    }

    [Fact]
    public async Task A_login_that_was_begun_elsewhere_is_not_taken()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var (code, state) = await product.CodeAsync();
        using var victim = ConsoleCaller.Nobody(product);

        var answer = await victim.GetAsync($"/console/callback?code={code}&state={state}");

        Assert.Equal(401, answer.Status);
        Assert.Contains("was not begun in this browser", answer.Html, StringComparison.Ordinal);
        Assert.Empty(victim.Cookies);
    }

    [Theory]
    [InlineData("", "same-origin", 400)]
    [InlineData("x", "same-origin", 400)]
    [InlineData("right", "cross-site", 400)]
    [InlineData("right", "same-site", 400)]
    [InlineData("right", "same-origin", 303)]
    [InlineData("right", null, 303)]
    public async Task A_form_is_taken_from_a_page_of_ours_only(string token, string? site, int status)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var ops = await ConsoleCaller.SignInAsOperatorAsync(product);
        var right = ConsoleCaller.Field((await ops.GetAsync("/console/tenant")).Html, FormGuard.Field);

        var answer = await ops.PostAsync("/console/tenant/leave", new() { [FormGuard.Field] = token == "right" ? right : token }, site);

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("messages?q=x", "messages?q=x")]
    [InlineData("//evil.example", "")]
    [InlineData("https://evil.example", "")]
    [InlineData("/messages", "")]
    [InlineData("\\\\evil.example", "")]
    [InlineData("../v3/messages", "")]
    [InlineData("javascript:alert(1)", "")]
    [InlineData("a\r\nSet-Cookie: x", "")]
    public void A_login_leads_to_a_page_of_ours_only(string asked, string page) =>
        Assert.Equal(page, Api.Console.Layout.ConsolePaths.Checked(asked));

    [Fact]
    public async Task With_TLS_cookies_are_nobody_elses()
    {
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?> { ["Http:PublicUrl"] = "https://mail.example.com" },
            roles: Role.Serve
        );
        using var ops = ConsoleCaller.Nobody(product);

        var answer = await ops.PostAsync("/console/sign-in/operator", new() { ["key"] = product.OperatorKey.Text });

        Assert.Matches("^__Host-scaisend=[A-Za-z0-9_-]{43}; path=/; secure; samesite=lax; httponly$", answer.Headers["Set-Cookie"]);
    }
}

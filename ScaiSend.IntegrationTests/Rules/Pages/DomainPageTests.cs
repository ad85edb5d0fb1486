using System.Text.RegularExpressions;
using ScaiSend.Api.Console.Domains;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The pages of sender domains.</summary>
public sealed class DomainPageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("not verified", "bounced")]
    [InlineData("verified", "delivered", "verified")]
    [InlineData("breaking", "deferred", "verified broken")]
    [InlineData("trusted", "delivered", "trusted")]
    [InlineData("trusted", "delivered", "trusted verified broken")]
    [InlineData("switched off", "cancelled", "off verified trusted")]
    public void It_says_whether_mail_may_be_sent(string word, string tone, string state = "")
    {
        var domain = new SenderDomain
        {
            Name = "example.com",
            IsActive = !state.Contains("off", StringComparison.Ordinal),
            IsTrusted = state.Contains("trusted", StringComparison.Ordinal),
            VerifiedAt = state.Contains("verified", StringComparison.Ordinal) ? Noon : null,
            BrokenSince = state.Contains("broken", StringComparison.Ordinal) ? Noon : null,
        };

        var standing = DomainStanding.Of(domain, TimeSpan.FromHours(24));

        Assert.Equal((word, tone), (standing.Word, standing.Tone));
        Assert.Equal(word == "breaking" ? Noon.AddDays(1) : null, standing.Until);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_domain_is_added_set_rotated_and_deleted_and_each_is_in_the_audit_log(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);

        var added = await ada.SubmitAsync("/console/domains", ("domain", "Shop.Example.com."), ("dmarc_policy", "none"), ("ed25519", "on"));
        Assert.True(added.Status == 303, added.Html);
        var page = added.Location!.AbsolutePath;
        var shown = (await ada.GetAsync(page)).Html;
        Assert.Contains("<h1>shop.example.com</h1>", shown, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(shown, "class=\"card record\""));
        Assert.Contains("scaisend-ed._domainkey.shop.example.com", shown, StringComparison.Ordinal);

        // The log is in the order of time, and the clock stands.
        product.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var set = await ada.SubmitAsync(
            page,
            ("is_active", "on"),
            ("custom_return_path", "on"),
            ("dmarc_policy", "reject"),
            ("dmarc_rua_email", "d@example.com")
        );
        Assert.True(set.Status == 303, set.Html);
        shown = (await ada.GetAsync(page)).Html;
        Assert.Contains("Records below are other ones now", shown, StringComparison.Ordinal);
        Assert.Contains("v=DMARC1; p=reject; rua=mailto:d@example.com", shown, StringComparison.Ordinal);
        Assert.Contains("bounce.shop.example.com", shown, StringComparison.Ordinal);

        Assert.Contains("there is no gap", (await ada.GetAsync($"{page}/rotate")).Html, StringComparison.Ordinal);
        Assert.Equal(303, (await ada.SubmitAsync($"{page}/rotate", ("reason", "Yearly"))).Status);
        // The first keys have not been seen yet, so nothing new was made.
        Assert.DoesNotContain("scaisend2", (await ada.GetAsync(page)).Html, StringComparison.Ordinal);
        product.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(303, (await ada.SubmitAsync($"{page}/delete", ("reason", "Sold"))).Status);
        Assert.Equal(404, (await ada.GetAsync(page)).Status);

        var log = (await product.AsOperatorAsync("GET", "/api/admin/audit")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(["domain_delete", "domain_change", "domain_add"], log.Select(entry => entry.Text("action")));
        Assert.All(log, entry => Assert.Equal("console", entry.Text("via")));
        Assert.Equal("Sold", log[0].Text("reason"));
        Assert.Equal("reject", log[1].GetProperty("after").Text("dmarc_policy"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_form_is_said_and_what_was_typed_stays()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);

        await RefusedAsync("a@example.com", "none", "", "The domain must be a domain name, such as example.com.");
        await RefusedAsync("example.com", "maybe", "", "The DMARC policy must be none, quarantine or reject.");
        await RefusedAsync("example.com", "none", "nobody", "The address for reports must be an e-mail address.");
        await RefusedAsync("example.test", "none", "", "example.test is there already.");

        async Task RefusedAsync(string domain, string policy, string reports, string says)
        {
            var answer = await ada.SubmitAsync(
                "/console/domains",
                ("domain", domain),
                ("dmarc_policy", policy),
                ("dmarc_rua_email", reports)
            );
            Assert.Equal(422, answer.Status);
            Assert.Contains(says, answer.Html, StringComparison.Ordinal);
            Assert.Contains($"value=\"{domain}\"", answer.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Staff_says_why_and_a_tenant_reaches_nobody_elses_domain()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync("viewer@example.org", roles: "viewer");
        using var ops = await ConsoleCaller.SignInAsOperatorAsync(product);
        await ops.LookAtAsync();
        using var other = await ConsoleCaller.SignInElsewhereAsync(product);
        using var viewer = await ConsoleCaller.SignInAsync(product, "viewer@example.org");
        var page = $"/console/{Regex.Match((await ops.GetAsync("/console/domains")).Html, "domains/dom_[0-9a-f]{32}").Value}";

        Assert.DoesNotContain("example.test", (await other.GetAsync("/console/domains")).Html, StringComparison.Ordinal);
        foreach (var path in (string[])["", "/rotate", "/delete"])
            Assert.Equal(404, (await other.GetAsync(page + path)).Status);
        foreach (var path in (string[])["", "/check", "/rotate", "/delete"])
            Assert.Equal(404, (await other.SubmitAsync(page + path, ("dmarc_policy", "none"))).Status);
        foreach (var path in (string[])["", "/rotate", "/delete"])
            Assert.Equal(422, (await ops.SubmitAsync(page + path, ("dmarc_policy", "none"), ("is_active", "on"))).Status);
        Assert.Equal(303, (await ops.SubmitAsync($"{page}/rotate", ("reason", "Ticket 1"))).Status);
        // Who may only look sees no form.
        var seen = (await viewer.GetAsync(page)).Html;
        Assert.Contains("scaisend2._domainkey.example.test", seen, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(seen, "<form method=\"post\""));
    }
}

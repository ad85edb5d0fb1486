using System.Net;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>Staff that is asked about a mail finds whose it is.</summary>
public sealed class WhoseMailTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Staff_that_knows_a_recipient_or_an_id_finds_the_tenant_and_then_the_mail(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddTenantAsync();
        var id = await product.SendAsync(Some.To("ada@example.org"));
        var email = (await product.CallAsync("GET", $"/v3/messages/{id}", product.LiveKey))
            .Json.GetProperty("emails")[0]
            .GetProperty("id")
            .GetString()!;
        using var staff = await ConsoleCaller.SignInAsOperatorAsync(product);

        foreach (var sought in (string[])["ada@example.org", id, email, $"<{email["eml_".Length..]}@example.test>"])
        {
            var page = WebUtility.HtmlDecode((await staff.GetAsync($"/console/tenant?q={Uri.EscapeDataString(sought)}")).Html);
            var found = page[
                page.IndexOf("Tenants with such mail", StringComparison.Ordinal)..page.IndexOf(">Tenants<", StringComparison.Ordinal)
            ];
            var link = Uri.EscapeDataString($"messages?q={Uri.EscapeDataString(sought)}");
            Assert.Contains($"href=\"tenant?tenant={Seed.Slug}&to={link}\"", found, StringComparison.Ordinal);
            Assert.Equal(2, found.Split("<tr>").Length - 1);
        }

        await staff.LookAtAsync();
        Assert.Contains("ada@example.org", (await staff.GetAsync("/console/messages?q=ada%40example.org")).Html, StringComparison.Ordinal);
        Assert.Equal($"/console/messages/{id}", (await staff.GetAsync($"/console/messages?q={email}")).Location!.AbsolutePath);
    }

    [Theory]
    [InlineData("nobody@example.org", 200)]
    [InlineData("<script>x</script>", 200)]
    [InlineData("msg_00000000000000000000000000000000", 200)]
    [InlineData(null, 400)]
    public async Task What_nobody_has_is_said_to_be_nobodys(string? sought, int status)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var staff = await ConsoleCaller.SignInAsOperatorAsync(product);

        var answer = await staff.GetAsync($"/console/tenant?q={Uri.EscapeDataString(sought ?? new string('x', 321))}");

        Assert.Equal(status, answer.Status);
        if (sought is not null)
            Assert.Contains($"No tenant has mail of “{sought}”", WebUtility.HtmlDecode(answer.Html), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>x", answer.Html, StringComparison.Ordinal);
    }
}

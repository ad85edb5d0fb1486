using System.Net;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The console shows what recipients read, not what the request says.</summary>
public sealed class FilledContentTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_mail_that_a_template_makes_is_shown_as_the_template_makes_it(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var (template, _) = await product.TemplateAsync(
            new
            {
                subject = "Hello {{name}}",
                html_content = "<p>Order {{order}} is on its way</p>",
                plain_content = "Order {{{order}}}",
            }
        );
        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org" } }, dynamic_template_data = new { name = "Ada", order = "4711 <3" } },
            new { template_id = template, content = (object?)null }
        );
        using var ada = await ConsoleCaller.SignInAsync(product);

        var page = WebUtility.HtmlDecode((await ada.GetAsync($"/console/messages/{id}/content")).Html);
        var preview = await ada.GetAsync($"/console/messages/{id}/preview");

        Assert.Contains("Hello Ada", page, StringComparison.Ordinal);
        Assert.Contains("Order 4711 <3", page, StringComparison.Ordinal);
        Assert.Contains("A template makes this mail", page, StringComparison.Ordinal);
        Assert.Equal("<p>Order 4711 &lt;3 is on its way</p>", preview.Html);
    }

    [Fact]
    public async Task Substitutions_and_the_subject_of_one_recipient_stand_where_he_reads_them()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var id = await product.SendAsync(
            new
            {
                to = new[] { new { email = "ada@example.org" } },
                subject = "For -name-",
                substitutions = new Dictionary<string, string> { ["-name-"] = "Ada" },
            },
            new { content = new[] { new { type = "text/plain", value = "Dear -name-" } } }
        );
        using var ada = await ConsoleCaller.SignInAsync(product);

        var page = (await ada.GetAsync($"/console/messages/{id}/content")).Html;

        Assert.Contains("For Ada", page, StringComparison.Ordinal);
        Assert.Contains("Dear Ada", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_filled_in_says_why_and_shows_the_request()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        var (template, _) = await product.TemplateAsync(
            new { subject = "Hello", html_content = "{{#each list}}{{#each @root.list}}{{#each @root.list}}x{{/each}}{{/each}}{{/each}}" }
        );
        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org" } }, dynamic_template_data = new { list = Enumerable.Range(0, 60) } },
            new { template_id = template, content = (object?)null }
        );
        using var ada = await ConsoleCaller.SignInAsync(product);

        var answer = await ada.GetAsync($"/console/messages/{id}/content");

        Assert.Equal(200, answer.Status);
        Assert.Contains("It cannot be filled in", answer.Html, StringComparison.Ordinal);
    }
}

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Rules.Identity;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>Walks every page of the console as everybody, and compares with the table of access. Whoever may not see a page sees no line of the menu that leads there.</summary>
public sealed class ConsoleAccessTests
{
    private static readonly AccessRow[] Pages = [.. AccessRow.All().Where(row => row.IsPage)];

    [Fact]
    public async Task Each_page_opens_for_those_whom_the_table_names_and_for_nobody_else()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var callers = new Dictionary<string, ConsoleCaller>();
        await product.AddPersonAsync("nobody@example.org");
        callers["nobody"] = await ConsoleCaller.SignInAsync(product, "nobody@example.org");
        foreach (var role in DefaultRoles.All.Keys)
        {
            await product.AddPersonAsync($"{role}@example.org", roles: role);
            callers[role] = await ConsoleCaller.SignInAsync(product, $"{role}@example.org");
        }
        callers["operator"] = await ConsoleCaller.SignInAsOperatorAsync(product);
        await callers["operator"].LookAtAsync();
        var wrong = new List<string>();

        foreach (var page in Pages)
        foreach (var (name, caller) in callers)
        {
            var path = page
                .Path.Replace("{**page}", "x", StringComparison.Ordinal)
                .Replace("{id}", "msg_0", StringComparison.Ordinal)
                .Replace("{versionId}", "v_0", StringComparison.Ordinal);
            var answer = page.Method == "GET" ? await caller.GetAsync(path) : await caller.PostAsync(path, []);
            var may = name == "operator" || !page.IsForStaff && (page.Scope == "-" || page.Roles.Contains(name));
            if (answer.Status == 403 == may)
                wrong.Add($"{page.Method} {page.Path} as {name}: {answer.Status}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        foreach (var caller in callers.Values)
            caller.Dispose();
    }

    [Fact]
    public async Task The_rules_of_the_routes_are_those_of_the_table()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var rules =
            from endpoint in product.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let rule = endpoint.Metadata.GetMetadata<PageRule>()
            where rule is not null
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select (
                $"{method} {endpoint.RoutePattern.RawText}",
                rule.AnyOfScopes.Count == 0 ? "-" : string.Join(',', rule.AnyOfScopes),
                rule.IsForStaff
            );

        Assert.Equal(rules.Order(), Pages.Select(row => ($"{row.Method} {row.Path}", row.Scope, row.IsForStaff)).Order());
    }

    [Fact]
    public async Task Whoever_may_see_no_mail_has_no_line_that_leads_there()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync("nobody@example.org");
        await product.AddPersonAsync(roles: "viewer");
        using var nobody = await ConsoleCaller.SignInAsync(product, "nobody@example.org");
        using var viewer = await ConsoleCaller.SignInAsync(product);

        Assert.DoesNotContain("messages", (await nobody.GetAsync("/console")).Html, StringComparison.Ordinal);
        Assert.Contains("href=\"/console/messages\"", (await viewer.GetAsync("/console")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_credential_of_the_API_opens_the_console_and_its_cookie_opens_nothing_of_the_API()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var admin = await ConsoleCaller.SignInAsync(product);

        foreach (var path in (string[])["/v3/messages", "/v3/auth/me", "/api/admin/users", "/api/admin/queue"])
            Assert.Equal(401, (await admin.GetAsync(path)).Status);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Http.BaseAddress!, "/console/messages"));
        request.Headers.Authorization = new("Bearer", product.LiveKey);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((303, "/console/sign-in?to=messages"), ((int)answer.StatusCode, answer.Headers.Location!.ToString()));
        Assert.Equal(404, (await admin.GetAsync("/sendgrid/console/messages")).Status);
    }
}

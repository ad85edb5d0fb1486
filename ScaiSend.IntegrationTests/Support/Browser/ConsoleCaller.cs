using System.Net;
using System.Text.RegularExpressions;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;

namespace ScaiSend.IntegrationTests.Support.Browser;

/// <summary>Somebody who is signed in to the console, without the weight of a browser: keeps cookies, follows redirects only when told.</summary>
public sealed class ConsoleCaller : IDisposable
{
    private readonly HttpClientHandler _handler = new() { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
    private readonly HttpClient _http;

    private ConsoleCaller(Product product) => _http = new HttpClient(_handler) { BaseAddress = product.Http.BaseAddress };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The cookies, as a browser has them.</summary>
    public CookieCollection Cookies => _handler.CookieContainer.GetCookies(_http.BaseAddress!);

    public static ConsoleCaller Nobody(Product product) => new(product);

    /// <summary>Signs in with a password.</summary>
    public static async Task<ConsoleCaller> SignInAsync(Product product, string email = Logins.Email)
    {
        var caller = new ConsoleCaller(product);
        var begun = await caller.GetAsync("/console/sign-in/begin");
        var form = await caller.GetAsync(begun.Location!.PathAndQuery);
        var sent = await caller.PostAsync(
            "/login",
            new()
            {
                ["state"] = Field(form.Html, "state"),
                ["email"] = email,
                ["password"] = Logins.Password,
            }
        );
        Assert.True(sent.Status == 303, sent.Html);
        var back = await caller.GetAsync(sent.Location!.PathAndQuery);
        Assert.True(back.Status == 303, back.Html);
        return caller;
    }

    /// <summary>Signs in as the administrator of another tenant, which has nothing yet.</summary>
    public static async Task<ConsoleCaller> SignInElsewhereAsync(Product product)
    {
        var made = await product.AsOperatorAsync("POST", "/api/admin/tenants", new { name = "Elsewhere", slug = "elsewhere" });
        Assert.True(made.Status == 201, made.Body);
        Assert.True(Ids.TryRead(Ids.Tenant, made.Json.GetProperty("data").Text("id"), out var tenantId));
        await product.AddPersonAsync("other@example.org", tenantId, roles: "admin");
        return await SignInAsync(product, "other@example.org");
    }

    /// <summary>Signs in with the operator's key of the tests.</summary>
    public static async Task<ConsoleCaller> SignInAsOperatorAsync(Product product)
    {
        var caller = new ConsoleCaller(product);
        var sent = await caller.PostAsync("/console/sign-in/operator", new() { ["key"] = product.OperatorKey.Text });
        Assert.True(sent.Status == 303, sent.Html);
        return caller;
    }

    public Task<PageAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<PageAnswer> PostAsync(string path, Dictionary<string, string> fields, string? site = "same-origin")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        return SendAsync(request);
    }

    /// <summary>Posts a form as one of our pages does: with the token of the session.</summary>
    public async Task<PageAnswer> SubmitAsync(string path, params (string Name, string Value)[] fields)
    {
        var form = fields.ToDictionary(field => field.Name, field => field.Value);
        form["form_token"] = Field((await GetAsync("/console/nothing")).Html, "form_token");
        return await PostAsync(path, form);
    }

    /// <summary>Looks at a tenant as staff does.</summary>
    public async Task LookAtAsync(string tenant = Seed.Slug, string reason = "Ticket 4711")
    {
        var form = await GetAsync("/console/tenant");
        var sent = await PostAsync(
            "/console/tenant",
            new()
            {
                ["form_token"] = Field(form.Html, "form_token"),
                ["tenant"] = tenant,
                ["reason"] = reason,
            }
        );
        Assert.True(sent.Status == 303, sent.Html);
    }

    /// <summary>The value of a hidden field.</summary>
    public static string Field(string html, string name) =>
        WebUtility.HtmlDecode(Regex.Match(html, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);

    /// <summary>What stands in the field of this id.</summary>
    public static string Value(string html, string id) =>
        WebUtility.HtmlDecode(Regex.Match(html, $"id=\"{id}\"[^>]* value=\"([^\"]*)\"").Groups[1].Value);

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task<PageAnswer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        using (var answer = await _http.SendAsync(request, Stop))
            return new PageAnswer(
                (int)answer.StatusCode,
                await answer.Content.ReadAsStringAsync(Stop),
                answer.Headers.Location is { } url ? new Uri(_http.BaseAddress!, url) : null,
                answer
                    .Headers.Concat(answer.Content.Headers)
                    .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
            );
    }
}

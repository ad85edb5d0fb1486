using System.Net.Http.Headers;
using System.Text.Json;
using System.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Login;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>People who log in, and what their browser does.</summary>
public static class Logins
{
    public const string Email = "Ada@Example.org";
    public const string Password = "correct horse battery staple";

    private static readonly HttpClient Browser = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Somebody with a password and roles in the seeded tenant, or in another.</summary>
    public static async Task<User> AddPersonAsync(
        this Product product,
        string email = Email,
        Guid? tenantId = null,
        Rank rank = Rank.None,
        Guid? partnerId = null,
        bool hasTenant = true,
        params string[] roles
    )
    {
        var tenant = hasTenant ? tenantId ?? await product.TenantIdAsync() : (Guid?)null;
        var user = await product
            .Services.GetRequiredService<LocalUsers>()
            .AddAsync(new NewUser(email, "Ada", "Lovelace", tenant, roles, rank, partnerId), Password, Stop);
        return user!;
    }

    /// <summary>The seeded tenant's public id.</summary>
    public static async Task<string> ShownTenantAsync(this Product product) => Ids.Show(Ids.Tenant, await product.TenantIdAsync());

    /// <summary>Begins a login at the API.</summary>
    public static async Task<(Uri Url, string State)> BeginLoginAsync(this Product product, object? asked = null)
    {
        var answer = await product.CallAsync("POST", "/v3/auth/login", null, JsonSerializer.Serialize(asked ?? new { }));
        Assert.True(answer.Status == 200, answer.Body);
        return (new Uri(answer.Text("authorization_url")), answer.Text("state"));
    }

    /// <summary>What a browser is shown.</summary>
    public static async Task<PageAnswer> BrowseAsync(this Product product, string path, string language = "en", string? address = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(product.Http.BaseAddress!, path));
        return await AskAsync(request, language, address);
    }

    /// <summary>What a browser is shown that has sent the login form.</summary>
    public static async Task<PageAnswer> SubmitAsync(
        this Product product,
        string state,
        string email = Email,
        string password = Password,
        string language = "en",
        string? address = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(product.Http.BaseAddress!, "/login"))
        {
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["state"] = state,
                    ["email"] = email,
                    ["password"] = password,
                }
            ),
        };
        return await AskAsync(request, language, address);
    }

    /// <summary>Gives the code to the API.</summary>
    public static Task<CallAnswer> ExchangeAsync(this Product product, string code, string state) =>
        product.CallAsync("POST", "/v3/auth/callback", null, JsonSerializer.Serialize(new { code, state }));

    public static Task<CallAnswer> RefreshAsync(this Product product, string token) =>
        product.CallAsync("POST", "/v3/auth/refresh", null, JsonSerializer.Serialize(new { refresh_token = token }));

    /// <summary>A code of the built-in login, and its state.</summary>
    public static async Task<(string Code, string State)> CodeAsync(
        this Product product,
        object? asked = null,
        string email = Email,
        string password = Password
    )
    {
        var (_, state) = await product.BeginLoginAsync(asked);
        var page = await product.SubmitAsync(state, email, password);
        Assert.True(page.Status == 303, page.Html);
        return (page.Query("code"), page.Query("state"));
    }

    /// <summary>The whole built-in login; what the callback answers.</summary>
    public static async Task<CallAnswer> LogInAsync(
        this Product product,
        object? asked = null,
        string email = Email,
        string password = Password
    )
    {
        var (code, state) = await product.CodeAsync(asked, email, password);
        return await product.ExchangeAsync(code, state);
    }

    /// <summary>A login at ScaiKey: the browser goes there and comes back with a code.</summary>
    public static async Task<(string Code, string State)> ScaiKeyCodeAsync(this Product product, object? asked = null)
    {
        var (url, _) = await product.BeginLoginAsync(asked);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var page = await AskAsync(request, "en", null);
        Assert.True(page.Status == 302, page.Html);
        return (page.Query("code"), page.Query("state"));
    }

    public static async Task DeactivateAsync(this Product product, Guid userId)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.IsActive, false), Stop);
    }

    private static async Task<PageAnswer> AskAsync(HttpRequestMessage request, string language, string? address)
    {
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        if (address is not null)
            request.Headers.Add("X-Forwarded-For", address);
        using var answer = await Browser.SendAsync(request, Stop);
        return new PageAnswer(
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(Stop),
            answer.Headers.Location,
            answer
                .Headers.Concat(answer.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }
}

/// <summary>What a browser was given.</summary>
public sealed record PageAnswer(int Status, string Html, Uri? Location, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A parameter of where it is sent to.</summary>
    public string Query(string name) => HttpUtility.ParseQueryString(Location!.Query)[name]!;
}

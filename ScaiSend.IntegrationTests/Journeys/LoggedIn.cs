using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>Somebody logs in, works, stays logged in, and logs out: with a password here, and at ScaiKey.</summary>
public sealed class LoggedIn
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task With_a_password_of_ours(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var ada = await product.AddPersonAsync(roles: "developer");
        var tenant = Ids.Show(Ids.Tenant, await product.TenantIdAsync());

        var (url, state) = await product.BeginLoginAsync(new { email = "ada@example.org" });
        Assert.Equal(product.Http.BaseAddress!.Authority, url.Authority);
        var form = await product.BrowseAsync(url.PathAndQuery);
        Assert.Equal(200, form.Status);
        Assert.Contains("value=\"ada@example.org\"", form.Html, StringComparison.Ordinal);
        Assert.Contains($"value=\"{state}\"", form.Html, StringComparison.Ordinal);
        var sent = await product.SubmitAsync(state);
        Assert.Equal(303, sent.Status);
        Assert.Equal("/console/callback", sent.Location!.AbsolutePath);
        Assert.Equal(state, sent.Query("state"));

        var first = await product.ExchangeAsync(sent.Query("code"), state);
        Assert.True(first.Status == 200, first.Body);
        Assert.Equal("no-store", first.Headers["Cache-Control"]);
        Assert.Equal(3600, first.Json.GetProperty("expires_in").GetInt32());
        Assert.StartsWith("rtk_", first.Text("refresh_token"), StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"id":"{{Ids.Show(Ids.User, ada.Id)}}","email":"Ada@Example.org","first_name":"Ada","last_name":"Lovelace","display_name":"Ada Lovelace","tenant_id":"{{tenant}}"}""",
            first.Json.GetProperty("user").GetRawText()
        );

        var me = await product.CallAsync("GET", "/v3/auth/me", first.Text("access_token"));
        Assert.True(me.Status == 200, me.Body);
        Assert.Equal(
            DefaultRoles.All["developer"].Order(),
            me.Json.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()!).Order()
        );
        Assert.Equal(["developer"], me.Json.GetProperty("roles").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal("Default", me.Json.GetProperty("tenant").GetProperty("name").GetString());
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/templates", first.Text("access_token"))).Status);
        Assert.Equal(403, (await product.CallAsync("GET", "/v3/api_keys", first.Text("access_token"))).Status);

        product.Clock.Advance(TimeSpan.FromMinutes(62));
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/auth/me", first.Text("access_token"))).Status);
        var second = await product.RefreshAsync(first.Text("refresh_token"));
        Assert.True(second.Status == 200, second.Body);
        Assert.Equal(["access_token", "refresh_token", "expires_in"], second.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/auth/me", second.Text("access_token"))).Status);

        var bye = await product.CallAsync("POST", "/v3/auth/logout", null, $$"""{"refresh_token":"{{second.Text("refresh_token")}}"}""");
        Assert.Equal((200, """{"message":"Logged out"}"""), (bye.Status, bye.Body));
        Assert.Equal(401, (await product.RefreshAsync(second.Text("refresh_token"))).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task At_ScaiKey(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(stack, settings: scaiKey.LoginSettings, roles: Role.Serve);
        var tenant = Ids.Show(Ids.Tenant, await product.TenantIdAsync());
        scaiKey.Clock = product.Clock;
        scaiKey.Person = new ScaiKeyPerson("usr_ada", tenant, "ada@example.org", "Ada", "Lovelace");

        var (url, _) = await product.BeginLoginAsync(new { email = "ada@example.org" });
        Assert.StartsWith($"{scaiKey.Url}/oauth/authorize?", url.ToString(), StringComparison.Ordinal);
        Assert.Matches(new Regex("code_challenge=[A-Za-z0-9_-]{43}&code_challenge_method=S256&login_hint=ada%40example.org$"), url.Query);
        var (code, state) = await product.ScaiKeyCodeAsync();
        var first = await product.ExchangeAsync(code, state);
        Assert.True(first.Status == 200, first.Body);
        var user = first.Json.GetProperty("user");
        Assert.Equal(
            ("ada@example.org", "Ada Lovelace", tenant),
            (user.GetProperty("email").GetString(), user.GetProperty("display_name").GetString(), user.GetProperty("tenant_id").GetString())
        );

        // The row stays the same when he comes again, and has his new name.
        scaiKey.Person = scaiKey.Person with
        {
            LastName = "King",
        };
        var again = await product.ScaiKeyCodeAsync();
        var second = await product.ExchangeAsync(again.Code, again.State);
        Assert.Equal(user.GetProperty("id").GetString(), second.Json.GetProperty("user").GetProperty("id").GetString());
        Assert.Equal("Ada King", second.Json.GetProperty("user").GetProperty("display_name").GetString());
        await using (var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform())
            Assert.Equal("usr_ada", (await db.Users.SingleAsync(Stop)).ExternalId);

        var me = await product.CallAsync("GET", "/v3/auth/me", second.Text("access_token"));
        Assert.Equal((200, user.GetProperty("id").GetString()), (me.Status, me.Text("id")));
        Assert.Empty(me.Json.GetProperty("permissions").EnumerateArray());

        var refreshed = await product.RefreshAsync(second.Text("refresh_token"));
        Assert.True(refreshed.Status == 200, refreshed.Body);
        Assert.NotEqual(second.Text("refresh_token"), refreshed.Text("refresh_token"));
        Assert.Equal(401, (await product.RefreshAsync(second.Text("refresh_token"))).Status);
        Assert.Equal(200, (await product.CallAsync("POST", "/v3/auth/logout", null)).Status);
    }
}

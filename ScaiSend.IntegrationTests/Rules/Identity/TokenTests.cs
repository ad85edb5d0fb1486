using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.IntegrationTests.Rules.Identity;

/// <summary>Whom a token lets in, and why not.</summary>
public sealed class TokenTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("admin")]
    [InlineData("developer")]
    [InlineData("viewer")]
    public async Task A_token_of_the_built_in_issuer_may_what_its_role_may(string role)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var token = await IssueAsync(product, [role]);

        var (status, body) = await AskAsync(product, token);

        Assert.Equal(200, status);
        Assert.Equal(DefaultRoles.All[role].Order(), Scopes(body).Order());
    }

    [Fact]
    public async Task Roles_add_up_and_one_that_is_none_gives_nothing()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        Assert.Equal(
            DefaultRoles.All["developer"].Union(DefaultRoles.All["viewer"]).Order(),
            Scopes((await AskAsync(product, await IssueAsync(product, ["developer", "viewer"]))).Body).Order()
        );
        Assert.Empty(Scopes((await AskAsync(product, await IssueAsync(product, ["owner"]))).Body));
        Assert.Empty(Scopes((await AskAsync(product, await IssueAsync(product, []))).Body));
    }

    [Fact]
    public async Task A_token_ends_with_its_time_and_with_its_key()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var token = await IssueAsync(product, ["viewer"], TimeSpan.FromHours(1));

        product.Clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(200, (await AskAsync(product, token)).Status);
        product.Clock.Advance(JsonWebTokens.Skew);
        Assert.Equal((401, """{"detail":"JWT expired"}"""), await AskAsync(product, token));
    }

    [Fact]
    public async Task Tokens_of_ScaiKey_are_checked_with_its_keys_and_its_users_have_the_roles_that_they_have_here()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.Settings, roles: Role.Serve);
        var tenant = await ShownAsync(product);
        await AddUserAsync(product, "usr_ada", "viewer");
        var now = product.Clock.GetUtcNow();

        Assert.Equal(
            DefaultRoles.All["viewer"].Order(),
            Scopes((await AskAsync(product, scaiKey.Token("usr_ada", tenant, now))).Body).Order()
        );
        // Who is known to ScaiKey and not here is somebody, and may nothing.
        Assert.Equal((200, """{"scopes":[]}"""), await AskAsync(product, scaiKey.Token("usr_eve", tenant, now)));
        // Roles that a token of ScaiKey names are not ours to believe.
        Assert.Empty(Scopes((await AskAsync(product, scaiKey.Token("usr_eve", tenant, now, t => t.Claims["roles"] = AdminRole))).Body));

        scaiKey.UseNewKey("ec-1", "EC");
        Assert.Equal(200, (await AskAsync(product, scaiKey.Token("usr_ada", tenant, now), after: ScaiKeyKeys.RefetchEvery)).Status);
    }

    private static readonly string[] AdminRole = ["admin"];

    public static TheoryData<string, string> Wrong =>
        new()
        {
            { "wrong issuer", "JWT issuer is not trusted" },
            { "issuer that only begins alike", "JWT issuer is not trusted" },
            { "wrong audience", "JWT is for another audience" },
            { "unknown tenant", "JWT names an unknown tenant" },
            { "another tenant than its issuer", "JWT names another tenant than its issuer" },
            { "no tenant", "JWT names no tenant" },
            { "expired", "JWT expired" },
            { "not yet valid", "JWT is not valid yet" },
            { "no expiry", "JWT has no expiry" },
            { "another key of the same name", "JWT signature invalid" },
            { "no algorithm", "JWT signature invalid" },
            { "public key as secret", "JWT signature invalid" },
            { "changed payload", "JWT signature invalid" },
            { "no signature", "JWT signature invalid" },
            { "ours, signed by ScaiKey", "JWT signature invalid" },
            { "no subject", "JWT names nobody; sub has 1 to 64 characters" },
            { "long subject", "JWT names nobody; sub has 1 to 64 characters" },
            { "an ID token", "JWT is no access token" },
            { "a logout token", "JWT is no access token" },
            { "an extension", "JWT is no access token" },
            { "a dot too few", "Invalid API key" },
            { "no JSON", "JWT is malformed" },
            { "long", "JWT is longer than 16384 characters" },
        };

    [Theory, MemberData(nameof(Wrong))]
    public async Task A_token_that_is_not_right_is_refused_with_the_reason(string what, string detail)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.Settings, roles: Role.Serve);
        var tenant = await ShownAsync(product);
        await AddUserAsync(product, "usr_ada", "admin");
        var now = product.Clock.GetUtcNow();
        var right = scaiKey.Token("usr_ada", tenant, now);
        Assert.Equal(200, (await AskAsync(product, right)).Status);

        Assert.Equal((401, $$"""{"detail":"{{detail}}"}"""), await AskAsync(product, Make(what, scaiKey, right, tenant, now)));
    }

    [Fact]
    public async Task A_token_of_many_megabytes_is_refused_before_it_is_read()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, product.Http.BaseAddress!.Port, Stop);
        await using var stream = client.GetStream();
        var written = 0;
        try
        {
            await stream.WriteAsync("GET /v3/scopes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a.b."u8.ToArray(), Stop);
            for (var chunk = new byte[64 * 1024]; written < 10 << 20; written += chunk.Length)
            {
                Array.Fill(chunk, (byte)'a');
                await stream.WriteAsync(chunk, Stop);
            }
        }
        catch (IOException)
        {
            // It has hung up on us.
        }
        Assert.Equal(200, (await AskAsync(product, await IssueAsync(product, ["viewer"]))).Status);
    }

    [Fact]
    public async Task Keys_are_fetched_once_and_again_for_a_new_one_but_not_by_whoever_sends_many()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.Settings, roles: Role.Serve);
        var tenant = await ShownAsync(product);
        var now = product.Clock.GetUtcNow();
        for (var i = 0; i < 20; i++)
            Assert.Equal(200, (await AskAsync(product, scaiKey.Token("usr_ada", tenant, now))).Status);
        Assert.Equal(1, scaiKey.Fetches);

        product.Clock.Advance(ScaiKeyKeys.RefetchEvery);
        using var stranger = RSA.Create(2048);
        for (var i = 0; i < 20; i++)
        {
            var key = new RsaSecurityKey(stranger) { KeyId = $"unknown-{i}" };
            var forged = scaiKey.Token("usr_ada", tenant, now, t => t.SigningCredentials = new(key, SecurityAlgorithms.RsaSha256));
            Assert.Equal(401, (await AskAsync(product, forged)).Status);
        }
        Assert.Equal(2, scaiKey.Fetches);

        // Rotated away: the old key is good no more once the keys are fetched anew.
        var old = scaiKey.Token("usr_ada", tenant, now);
        scaiKey.UseNewKey("rsa-2", "RSA");
        scaiKey.Withdraw("rsa-1");
        product.Clock.Advance(ScaiKeyKeys.RefetchEvery);
        Assert.Equal(200, (await AskAsync(product, scaiKey.Token("usr_ada", tenant, now))).Status);
        Assert.Equal(401, (await AskAsync(product, old)).Status);
    }

    [Fact]
    public async Task While_ScaiKey_is_away_its_known_keys_go_on_for_a_day()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.Settings, roles: Role.Serve);
        var tenant = await ShownAsync(product);
        Assert.Equal(200, (await AskAsync(product, scaiKey.Token("usr_ada", tenant, product.Clock.GetUtcNow()))).Status);

        scaiKey.Status = 503;
        product.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(200, (await AskAsync(product, scaiKey.Token("usr_ada", tenant, product.Clock.GetUtcNow()))).Status);
        product.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(401, (await AskAsync(product, scaiKey.Token("usr_ada", tenant, product.Clock.GetUtcNow()))).Status);
        scaiKey.Status = 0;
        product.Clock.Advance(ScaiKeyKeys.RefetchEvery);
        Assert.Equal(200, (await AskAsync(product, scaiKey.Token("usr_ada", tenant, product.Clock.GetUtcNow()))).Status);
    }

    [Fact]
    public async Task A_suspended_tenant_is_refused_whatever_the_credential()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var token = await IssueAsync(product, ["admin"]);
        Assert.Equal(200, (await AskAsync(product, token)).Status);

        await product
            .Services.GetRequiredService<Platform.Storage.Tenants.TenantTable>()
            .SuspendAsync(await product.TenantIdAsync(), isSuspended: true, Stop);
        product.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((403, """{"detail":"Tenant suspended"}"""), await AskAsync(product, token));
        Assert.Equal(403, (await product.CallAsync("GET", "/v3/scopes", product.LiveKey)).Status);
    }

    [Fact]
    public async Task A_role_that_is_taken_away_is_gone_within_seconds()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var userId = await AddUserAsync(product, null, "viewer");
        var token = product
            .Services.GetRequiredService<BuiltInTokens>()
            .Issue(Ids.Show(Ids.User, userId), await product.TenantIdAsync(), [], TimeSpan.FromHours(1));
        Assert.NotEmpty(Scopes((await AskAsync(product, token)).Body));

        await using (var db = product.Services.GetRequiredService<MailDatabase>().For(await product.TenantIdAsync()))
            await db.UserRoles.ExecuteDeleteAsync(Stop);
        product.Clock.Advance(EffectivePermissions.KeepFor);

        Assert.Empty(Scopes((await AskAsync(product, token)).Body));
    }

    private static readonly string[] Extensions = ["x"];

    private static string Make(string what, ScaiKeyStandIn scaiKey, string right, string tenant, DateTimeOffset now)
    {
        var parts = right.Split('.');
        return what switch
        {
            "wrong issuer" => With(t => t.Issuer = "https://elsewhere.example/oauth"),
            "issuer that only begins alike" => With(t => t.Issuer = scaiKey.Issuer + ".evil.example/tenants/x"),
            "wrong audience" => With(t => t.Audience = "another-client"),
            "unknown tenant" => scaiKey.Token("usr_ada", "tnt_nowhere", now),
            "another tenant than its issuer" => With(t => t.Issuer = scaiKey.Issuer + "/tenants/tnt_nowhere"),
            "no tenant" => With(t => t.Claims.Remove("tenant_id")),
            "expired" => scaiKey.Token("usr_ada", tenant, now.AddHours(-2)),
            "not yet valid" => scaiKey.Token("usr_ada", tenant, now.AddMinutes(5)),
            "no expiry" => With(t => t.Expires = null),
            "another key of the same name" => With(t =>
                t.SigningCredentials = new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "rsa-1" }, SecurityAlgorithms.RsaSha256)
            ),
            "no algorithm" => $"{Part("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.",
            "public key as secret" => Confused(scaiKey, parts[1]),
            "changed payload" =>
                $"{parts[0]}.{Part(Base64UrlEncoder.Decode(parts[1]).Replace("usr_ada", "usr_eve", StringComparison.Ordinal))}.{parts[2]}",
            "no signature" => $"{parts[0]}.{parts[1]}.",
            "ours, signed by ScaiKey" => With(t => (t.Issuer, t.Audience) = (BuiltInTokens.Name, BuiltInTokens.Name)),
            "no subject" => With(t => t.Claims.Remove("sub")),
            "long subject" => With(t => t.Claims["sub"] = new string('a', 65)),
            "an ID token" => With(t => t.Claims["nonce"] = "n"),
            "a logout token" => With(t => t.TokenType = "logout+jwt"),
            "an extension" => With(t => t.AdditionalHeaderClaims = new Dictionary<string, object> { ["crit"] = Extensions, ["x"] = 1 }),
            "a dot too few" => $"{parts[0]}.{parts[1]}",
            "no JSON" => "bm8.bm8.bm8",
            "long" => $"{parts[0]}.{parts[1]}.{new string('a', JsonWebTokens.MaxLength)}",
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        string With(Action<SecurityTokenDescriptor> change) => scaiKey.Token("usr_ada", tenant, now, change);
    }

    // RFC 8725 §2.1: an HMAC whose secret is the public key that everybody has.
    private static string Confused(ScaiKeyStandIn scaiKey, string payload)
    {
        var key = ((RsaSecurityKey)scaiKey.Current).Rsa.ExportSubjectPublicKeyInfoPem();
        var head = Part("""{"alg":"HS256","kid":"rsa-1","typ":"JWT"}""");
        var proof = HMACSHA256.HashData(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes($"{head}.{payload}"));
        return $"{head}.{payload}.{Base64UrlEncoder.Encode(proof)}";
    }

    private static string Part(string json) => Base64UrlEncoder.Encode(json);

    private static async Task<string> IssueAsync(Product product, string[] roles, TimeSpan? lifetime = null) =>
        product
            .Services.GetRequiredService<BuiltInTokens>()
            .Issue("cli:tests", await product.TenantIdAsync(), roles, lifetime ?? TimeSpan.FromHours(8));

    private static async Task<string> ShownAsync(Product product) => Ids.Show(Ids.Tenant, await product.TenantIdAsync());

    private static async Task<Guid> AddUserAsync(Product product, string? externalId, string role)
    {
        var tenantId = await product.TenantIdAsync();
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(tenantId);
        var user = new User
        {
            Id = Ids.New(product.Clock),
            ExternalId = externalId,
            Email = "ada@example.org",
            CreatedAt = product.Clock.GetUtcNow(),
        };
        db.Users.Add(user);
        db.UserRoles.Add(
            new UserRole
            {
                TenantId = tenantId,
                UserId = user.Id,
                RoleId = await db.Roles.Where(r => r.Name == role).Select(r => r.Id).SingleAsync(Stop),
            }
        );
        await db.SaveChangesAsync(Stop);
        return user.Id;
    }

    private static async Task<(int Status, string Body)> AskAsync(Product product, string token, TimeSpan after = default)
    {
        product.Clock.Advance(after);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v3/scopes");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await product.Http.SendAsync(request, Stop);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static string[] Scopes(string body) =>
        [.. JsonDocument.Parse(body).RootElement.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()!)];
}

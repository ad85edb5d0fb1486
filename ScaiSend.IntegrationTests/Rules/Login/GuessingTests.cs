using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.IntegrationTests.Rules.Login;

/// <summary>Passwords cannot be guessed, nor can it be learnt who has an account.</summary>
public sealed class GuessingTests
{
    // All tests have one Redis, and count in it by the key.
    private static Dictionary<string, string?> Tight =>
        new()
        {
            ["Secrets:Key"] = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)),
            ["RateLimits:WrongPasswordsFromOnePlace"] = "3",
            ["RateLimits:WrongPasswords"] = "5",
            ["Http:TrustedProxies"] = "127.0.0.1",
        };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Wrong_passwords_are_counted_for_an_account_from_one_place_and_from_all(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, settings: Tight, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        await product.AddPersonAsync("bob@example.org", roles: "viewer");

        Assert.Equal("401 401 401 429 429", await TryAsync(product, Logins.Email, "192.0.2.1", 5));
        // The right password helps no more, and its page says for how long.
        var page = await SubmitAsync(product, Logins.Email, Logins.Password, "192.0.2.1");
        Assert.Equal(429, page.Status);
        Assert.Contains("too many wrong passwords", page.Html, StringComparison.Ordinal);
        Assert.True(int.Parse(page.Headers["Retry-After"], null) is > 0 and <= 900);
        // Another account is not concerned; from another place there are two left for the account.
        Assert.Equal(303, (await SubmitAsync(product, "bob@example.org", Logins.Password, "192.0.2.1")).Status);
        Assert.Equal("401 401 429", await TryAsync(product, "ADA@example.org", "192.0.2.2", 3));

        product.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(303, (await SubmitAsync(product, Logins.Email, Logins.Password, "192.0.2.1")).Status);
    }

    [Fact]
    public async Task Right_passwords_are_not_counted_and_unknown_accounts_are()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Tight, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");

        for (var i = 0; i < 8; i++)
            Assert.Equal(303, (await SubmitAsync(product, Logins.Email, Logins.Password, "192.0.2.1")).Status);
        Assert.Equal("401 401 401 429", await TryAsync(product, "nobody@example.org", "192.0.2.1", 4));
    }

    [Fact]
    public async Task Many_at_once_guess_no_more_than_one_after_the_other()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Tight, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (_, state) = await product.BeginLoginAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => product.SubmitAsync(state, password: $"wrong password {i}", address: "192.0.2.1"))
        );

        Assert.Equal((3, 17), (answers.Count(a => a.Status == 401), answers.Count(a => a.Status == 429)));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Another_spelling_of_an_address_is_another_account(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (_, state) = await product.BeginLoginAsync();

        foreach (var spelling in (string[])["ad\u00e1@example.org", "\uff41da@example.org", "a\u00adda@example.org"])
            Assert.Equal(401, (await product.SubmitAsync(state, spelling)).Status);
        Assert.Equal(303, (await product.SubmitAsync(state, " ADA@EXAMPLE.ORG ")).Status);
    }

    [Fact]
    public async Task One_network_of_IPv6_is_one_place()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Tight, roles: Role.Serve);

        Assert.Equal("401 401", await TryAsync(product, Logins.Email, "2001:db8::1", 2));
        Assert.Equal("401 429", await TryAsync(product, Logins.Email, "2001:db8::ffff", 2));
        Assert.Equal("401", await TryAsync(product, Logins.Email, "2001:db8:0:1::1", 1));
    }

    [Fact]
    public async Task An_unknown_account_looks_like_a_wrong_password()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (_, state) = await product.BeginLoginAsync();

        var wrong = await product.SubmitAsync(state, password: "wrong password");
        var unknown = await product.SubmitAsync(state, "Eve@example.org", "wrong password");

        Assert.Equal((401, 401), (wrong.Status, unknown.Status));
        Assert.Equal(
            wrong.Html,
            unknown.Html.Replace("Eve@", "Ada@", StringComparison.Ordinal).Replace("example.org", "Example.org", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_unknown_account_takes_as_long_as_a_wrong_password()
    {
        using var passwords = new Passwords();
        var known = new User { Email = "ada@example.org", PasswordHash = passwords.Hash(Logins.Password) };
        await passwords.CheckAsync(known, "warm up", Stop);
        var (wrong, nobody) = (new List<TimeSpan>(), new List<TimeSpan>());

        for (var i = 0; i < 7; i++)
        {
            wrong.Add(await TimeAsync(known));
            nobody.Add(await TimeAsync(null));
        }

        // The least of several, because others use the machine too.
        Assert.InRange(nobody.Min() / wrong.Min(), 0.5, 2);

        async Task<TimeSpan> TimeAsync(User? user)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.Equal(PasswordVerdict.Wrong, await passwords.CheckAsync(user, "wrong password", Stop));
            return watch.Elapsed;
        }
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_made_anew_when_its_password_comes()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var ada = await product.AddPersonAsync(roles: "viewer");
        var old = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = 10_000 })).HashPassword(
            ada,
            Logins.Password
        );
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        await db.Users.ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, old), Stop);

        await product.SubmitAsync((await product.BeginLoginAsync()).State, password: "wrong password");
        Assert.Equal(old, await db.Users.Select(u => u.PasswordHash).SingleAsync(Stop));
        Assert.Equal(200, (await product.LogInAsync()).Status);
        var now = await db.Users.Select(u => u.PasswordHash).SingleAsync(Stop);
        Assert.NotEqual(old, now);
        Assert.Equal(200, (await product.LogInAsync()).Status);
        Assert.Equal(now, await db.Users.Select(u => u.PasswordHash).SingleAsync(Stop));
    }

    [Fact]
    public async Task Requests_without_a_credential_are_limited_by_where_they_come_from()
    {
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?> { ["RateLimits:LoginPerMinute"] = "3" },
            roles: Role.Serve
        );

        foreach (var path in (string[])["login", "callback", "refresh"])
            Assert.NotEqual(429, (await product.CallAsync("POST", $"/v3/auth/{path}", null, "{}")).Status);
        var refused = await product.CallAsync("POST", "/v3/auth/logout", null);
        Assert.Equal((429, """{"detail":"Rate limit exceeded"}"""), (refused.Status, refused.Body));
        Assert.Equal(("3", "0"), (refused.Headers["X-RateLimit-Limit"], refused.Headers["X-RateLimit-Remaining"]));
        var page = await product.BrowseAsync("/login");
        Assert.Equal(429, page.Status);
        Assert.Contains("too many requests from your network", page.Html, StringComparison.Ordinal);
        Assert.NotEqual(429, (await product.CallAsync("GET", "/v3/scopes", product.LiveKey)).Status);
    }

    /// <summary>Everything secret that a login has, in all that is logged at the greatest detail.</summary>
    [Fact]
    public async Task Nothing_secret_and_no_address_is_logged()
    {
        using var log = new RecordedLog();
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve, replace: log.Take);
        await product.AddPersonAsync(roles: "viewer");
        var (code, state) = await product.CodeAsync();
        var tokens = await product.ExchangeAsync(code, state);
        await product.ExchangeAsync(code, state);
        await product.SubmitAsync(state, password: "a wrong password");
        await product.RefreshAsync(tokens.Text("refresh_token"));
        await product.CallAsync("GET", "/v3/auth/me", tokens.Text("access_token"));
        var secrets = new List<string>
        {
            Logins.Password,
            "a wrong password",
            Logins.Email,
            code,
            state,
            tokens.Text("access_token"),
            tokens.Text("refresh_token"),
        };

        await product.StopRolesAsync();
        foreach (var (name, value) in scaiKey.LoginSettings)
            product.Settings[name] = value;
        await product.StartRolesAsync(Role.Serve);
        scaiKey.Clock = product.Clock;
        scaiKey.Person = new ScaiKeyPerson("usr_eve", await product.ShownTenantAsync(), "eve@example.org");
        var (code2, state2) = await product.ScaiKeyCodeAsync();
        var tokens2 = await product.ExchangeAsync(code2, state2);
        Assert.Equal(200, tokens2.Status);
        scaiKey.Instead = () => Microsoft.AspNetCore.Http.Results.StatusCode(500);
        Assert.Equal(503, (await product.RefreshAsync(tokens2.Text("refresh_token"))).Status);
        secrets.AddRange([code2, state2, tokens2.Text("access_token"), tokens2.Text("refresh_token"), ScaiKeyStandIn.ClientSecret, "eve@"]);

        Assert.Contains(log.Lines, line => line.Contains("Nobody can log in with ScaiKey", StringComparison.Ordinal));
        foreach (var secret in secrets)
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<string> TryAsync(Product product, string email, string address, int times)
    {
        var statuses = new List<int>();
        for (var i = 0; i < times; i++)
            statuses.Add((await SubmitAsync(product, email, $"wrong password {i}", address)).Status);
        return string.Join(' ', statuses);
    }

    private static async Task<PageAnswer> SubmitAsync(Product product, string email, string password, string address) =>
        await product.SubmitAsync((await product.BeginLoginAsync()).State, email, password, address: address);
}

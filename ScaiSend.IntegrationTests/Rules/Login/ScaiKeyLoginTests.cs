using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Rules.Login;

/// <summary>What becomes of a login when ScaiKey says no, says nonsense, or says nothing.</summary>
public sealed class ScaiKeyLoginTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<IResult>, int> Answers =>
        new()
        {
            { "a wrong grant", () => Results.Json(new { error = "invalid_grant" }, statusCode: 400), 400 },
            { "a wrong client", () => Results.Json(new { error = "invalid_client" }, statusCode: 401), 503 },
            { "a request that it does not understand", () => Results.Json(new { error = "invalid_request" }, statusCode: 400), 503 },
            { "an outage", () => Results.StatusCode(502), 503 },
            { "no JSON", () => Results.Text("<html>"), 503 },
            { "no token", () => Results.Json(new { token_type = "Bearer" }), 503 },
            { "an array", () => Results.Text("[1]"), 503 },
            { "too much", () => Results.Json(new { access_token = new string('a', ScaiKeyClient.LargestAnswer) }), 503 },
            { "another place", () => Results.Redirect("http://127.0.0.1:1/"), 503 },
            { "a token of somebody else", () => Results.Json(new { access_token = "a.b.c", expires_in = 1 }), 401 },
        };

    [Theory, MemberData(nameof(Answers))]
    public async Task Whatever_the_token_endpoint_says_there_is_an_answer(string what, Func<IResult> answer, int status)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        var (code, state) = await product.ScaiKeyCodeAsync();
        scaiKey.Instead = answer;

        var exchanged = await product.ExchangeAsync(code, state);
        Assert.True(exchanged.Status == status, $"{what}: {exchanged.Status} {exchanged.Body}");
        var refreshed = await product.RefreshAsync("any");
        Assert.True(refreshed.Status == (status == 400 ? 401 : status), $"{what}: {refreshed.Status} {refreshed.Body}");

        // It was no code's fault: the same one is good when ScaiKey is itself again.
        scaiKey.Instead = null;
        Assert.Equal(200, (await product.ExchangeAsync(code, state)).Status);
    }

    [Fact]
    public async Task When_nobody_listens_there_it_is_503()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey, ("ScaiKey:TokenUrl", "http://127.0.0.1:1/token"));
        var (code, state) = await product.ScaiKeyCodeAsync();

        var answer = await product.ExchangeAsync(code, state);

        Assert.Equal((503, """{"detail":"ScaiKey does not answer as it should; try again in a moment"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_code_is_bound_to_its_state_and_good_once()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        var (code, state) = await product.ScaiKeyCodeAsync();
        var (_, other) = await product.ScaiKeyCodeAsync();

        Assert.Equal(401, (await product.ExchangeAsync(code, state + "A")).Status);
        Assert.Equal(400, (await product.ExchangeAsync(code, other)).Status);
        var next = await product.ScaiKeyCodeAsync();
        Assert.Equal(200, (await product.ExchangeAsync(next.Code, next.State)).Status);
        Assert.Equal(400, (await product.ExchangeAsync(next.Code, next.State)).Status);
    }

    [Fact]
    public async Task Its_addresses_are_what_it_says_itself_where_the_settings_do_not()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(
            scaiKey,
            ("ScaiKey:DiscoveryUrl", scaiKey.Url + "/login-discovery.json"),
            ("ScaiKey:AuthorizeUrl", ""),
            ("ScaiKey:TokenUrl", ""),
            ("ScaiKey:UserInfoUrl", "")
        );
        scaiKey.TokensSayWho = false;

        var (code, state) = await product.ScaiKeyCodeAsync();
        var answer = await product.ExchangeAsync(code, state);

        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("ada@example.org", answer.Json.GetProperty("user").GetProperty("email").GetString());
    }

    [Fact]
    public async Task When_it_does_not_say_them_nobody_can_begin()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(
            scaiKey,
            ("ScaiKey:AuthorizeUrl", ""),
            ("ScaiKey:DiscoveryUrl", scaiKey.Url + "/nothing-here")
        );

        Assert.Equal(503, (await product.CallAsync("POST", "/v3/auth/login", null)).Status);
    }

    [Fact]
    public async Task Whoever_may_not_come_in_is_told_why()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        var ada = scaiKey.Person!;

        scaiKey.Person = ada with { Tenant = "tnt_nowhere" };
        Assert.Equal((401, """{"detail":"JWT names an unknown tenant"}"""), await ComeAsync(product));
        scaiKey.Person = ada with { Subject = new string('x', ScaiKeyUsers.MaxId + 1) };
        Assert.Equal(401, (await ComeAsync(product)).Status);
        scaiKey.Person = ada;
        Assert.Equal(
            (403, """{"detail":"ScaiKey has logged in to another tenant than was asked for"}"""),
            await ComeAsync(product, new { tenant = "other" })
        );
        Assert.Equal(200, (await ComeAsync(product, new { tenant = Seed.Slug })).Status);

        await using (var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform())
            await product.DeactivateAsync(db.Users.Single().Id);
        product.Clock.Advance(ApiKeys.KeepFor);
        Assert.Equal((403, """{"detail":"User is deactivated"}"""), await ComeAsync(product));

        scaiKey.Person = ada with { Subject = "usr_bob" };
        await product.Services.GetRequiredService<TenantTable>().SuspendAsync(await product.TenantIdAsync(), isSuspended: true, Stop);
        product.Clock.Advance(ApiKeys.KeepFor);
        Assert.Equal((403, """{"detail":"Tenant suspended"}"""), await ComeAsync(product));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task One_who_comes_for_the_first_time_in_many_windows_gets_one_row(Stack stack)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey, stack);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ComeAsync(product)));

        Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Body));
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        Assert.Single(db.Users);
    }

    [Theory]
    [InlineData("ScaiKey:AuthorizeUrl", "scaikey", "ScaiKey:AuthorizeUrl is 'scaikey'; allowed is an http or https URL")]
    [InlineData("ScaiKey:RedirectUrl", "ftp://x", "ScaiKey:RedirectUrl is 'ftp://x'; allowed is an http or https URL")]
    [InlineData("Login:CallbackUrl", "/done", "Login:CallbackUrl is '/done'; allowed is an http or https URL without query and fragment")]
    public async Task A_wrong_address_in_the_settings_is_named(string name, string value, string error)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();

        var refused = await Assert.ThrowsAsync<SettingsException>(async () => await StartAsync(scaiKey, (name, value)));

        Assert.Equal(error, refused.Message);
    }

    private static async Task<(int Status, string Body)> ComeAsync(Product product, object? asked = null)
    {
        var (code, state) = await product.ScaiKeyCodeAsync(asked);
        var answer = await product.ExchangeAsync(code, state);
        return (answer.Status, answer.Body);
    }

    private static Task<Product> StartAsync(ScaiKeyStandIn scaiKey, params (string Name, string Value)[] others) =>
        StartAsync(scaiKey, Stack.Embedded, others);

    private static async Task<Product> StartAsync(ScaiKeyStandIn scaiKey, Stack stack, params (string Name, string Value)[] others)
    {
        var settings = scaiKey.LoginSettings;
        foreach (var (name, value) in others)
            settings[name] = value;
        var product = await Product.StartAsync(stack, settings: settings, roles: Role.Serve);
        scaiKey.Clock = product.Clock;
        scaiKey.Person = new ScaiKeyPerson("usr_ada", await product.ShownTenantAsync(), "ada@example.org", "Ada");
        return product;
    }
}

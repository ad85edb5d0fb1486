using ScaiSend.Api.Login;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Login;

/// <summary>Codes and refresh tokens are good once, for a while, and for him who has begun the login.</summary>
public sealed class GrantTests
{
    private const string BadCode = """{"detail":"The code is wrong, used or expired; log in again"}""";
    private const string BadState = """{"detail":"The state is not ours, or older than 10 minutes; log in again"}""";
    private const string BadToken = """{"detail":"The refresh token is wrong, used, revoked or expired; log in again"}""";

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_code_is_good_once_and_ends_its_login_when_it_comes_again(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (code, state) = await product.CodeAsync();
        var first = await product.ExchangeAsync(code, state);
        Assert.Equal(200, first.Status);

        var second = await product.ExchangeAsync(code, state);

        Assert.Equal((400, BadCode), (second.Status, second.Body));
        Assert.Equal(401, (await product.RefreshAsync(first.Text("refresh_token"))).Status);
    }

    [Fact]
    public async Task A_code_ends_after_a_minute()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (code, state) = await product.CodeAsync();

        product.Clock.Advance(LoginGrants.CodeLasts);

        var answer = await product.ExchangeAsync(code, state);
        Assert.Equal((400, BadCode), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_code_of_another_login_is_refused_and_stays_good_for_its_own()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (code, state) = await product.CodeAsync();
        var (_, other) = await product.BeginLoginAsync();

        Assert.Equal(400, (await product.ExchangeAsync(code, other)).Status);
        Assert.Equal(400, (await product.ExchangeAsync("x", state)).Status);
        Assert.Equal(200, (await product.ExchangeAsync(code, state)).Status);
    }

    [Fact]
    public async Task A_state_that_is_not_ours_or_too_old_is_refused()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (code, state) = await product.CodeAsync();

        var changed = await product.ExchangeAsync(code, (state[0] == 'A' ? 'B' : 'A') + state[1..]);
        Assert.Equal((401, BadState), (changed.Status, changed.Body));
        product.Clock.Advance(LoginStates.Lasts);
        Assert.Equal((401, BadState), ((await product.ExchangeAsync(code, state)).Status, changed.Body));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_refresh_token_that_comes_twice_ends_its_login_and_no_other(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var other = (await product.LogInAsync()).Text("refresh_token");
        var first = (await product.LogInAsync()).Text("refresh_token");
        var second = (await product.RefreshAsync(first)).Text("refresh_token");
        var third = (await product.RefreshAsync(second)).Text("refresh_token");

        var stolen = await product.RefreshAsync(first);

        Assert.Equal((401, BadToken), (stolen.Status, stolen.Body));
        Assert.Equal(401, (await product.RefreshAsync(third)).Status);
        Assert.Equal(200, (await product.RefreshAsync(other)).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Of_many_at_once_at_most_one_uses_a_refresh_token(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var token = (await product.LogInAsync()).Text("refresh_token");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => product.RefreshAsync(token)));

        Assert.True(answers.Count(a => a.Status == 200) <= 1, string.Join('\n', answers.Select(a => a.Status)));
        Assert.All(answers, a => Assert.True(a.Status is 200 or 401, a.Body));
    }

    [Fact]
    public async Task A_refresh_token_ends_after_thirty_days_without_use()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var first = (await product.LogInAsync()).Text("refresh_token");

        product.Clock.Advance(TimeSpan.FromDays(29));
        var second = (await product.RefreshAsync(first)).Text("refresh_token");
        product.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(401, (await product.RefreshAsync(second)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rtk_")]
    [InlineData("rtk_AAAA")]
    [InlineData("rtk_no base64")]
    [InlineData("x")]
    public async Task What_is_no_refresh_token_is_refused_and_logging_out_with_it_does_nothing(string text)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        Assert.Equal(text.Length == 0 ? 422 : 401, (await product.RefreshAsync(text)).Status);
        Assert.Equal(200, (await product.CallAsync("POST", "/v3/auth/logout", null, $$"""{"refresh_token":"{{text}}"}""")).Status);
    }

    [Fact]
    public async Task Other_tokens_of_a_users_other_logins_go_on_when_he_logs_out()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        var (first, second) = (await product.LogInAsync(), await product.LogInAsync());

        await product.CallAsync("POST", "/v3/auth/logout", null, $$"""{"refresh_token":"{{first.Text("refresh_token")}}"}""");

        Assert.Equal(401, (await product.RefreshAsync(first.Text("refresh_token"))).Status);
        Assert.Equal(200, (await product.RefreshAsync(second.Text("refresh_token"))).Status);
    }
}

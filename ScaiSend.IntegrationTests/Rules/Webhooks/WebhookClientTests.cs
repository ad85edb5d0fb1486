using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.IntegrationTests.Rules.Webhooks;

public sealed class WebhookClientTests : IDisposable
{
    private static readonly Guid PostId = Guid.Parse("0199c0de-0000-7000-8000-000000000009");
    private static readonly WebhookBody Body = new("""{"a":1}"""u8.ToArray(), "evt_1", "delivered");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly SecretBox _secrets = new(Options.Create(new SecretOptions { Key = Convert.ToBase64String(new byte[32]) }));
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly List<WebhookClient> _clients = [];

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    [Fact]
    public async Task A_post_names_itself_and_is_signed_with_both_secrets_while_the_old_one_lives()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        var endpoint = Endpoint(
            catcher.Url,
            e =>
            {
                e.SealedSecret = _secrets.Seal("whsec_new"u8);
                e.SealedPreviousSecret = _secrets.Seal("whsec_old"u8);
                e.PreviousSecretUntil = _clock.GetUtcNow().AddHours(1);
            }
        );

        var answer = await PostAsync(Client(), endpoint);
        _clock.Advance(TimeSpan.FromHours(2));
        await PostAsync(Client(), endpoint);

        Assert.True(answer.IsSuccess);
        var (first, later) = (catcher.Posts[0], catcher.Posts[1]);
        Assert.Equal("ScaiSend-Webhook/1.0", first.Headers["User-Agent"]);
        Assert.Equal("evt_1", first.Headers["X-ScaiSend-Event-Id"]);
        Assert.Equal("delivered", first.Headers["X-ScaiSend-Event-Type"]);
        Assert.Equal("req_0199c0de000070008000000000000009", first.Headers["X-ScaiSend-Delivery-Id"]);
        Assert.Equal("3", first.Headers["X-ScaiSend-Attempt"]);
        Assert.Equal("application/json", first.Headers["Content-Type"]);
        Assert.StartsWith("t=1700000000,v1=", first.Headers["X-ScaiSend-Signature"], StringComparison.Ordinal);
        Assert.True(first.IsSignedWith("whsec_new") && first.IsSignedWith("whsec_old"));
        Assert.True(later.IsSignedWith("whsec_new") && !later.IsSignedWith("whsec_old"));
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_up_in_time()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        catcher.Answer = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);

        var answer = await PostAsync(Client(timeout: TimeSpan.FromSeconds(1)), Endpoint(catcher.Url));

        Assert.False(answer.IsSuccess);
        Assert.Equal("No answer within 1 seconds", answer.Error);
    }

    [Fact]
    public async Task A_receiver_whose_answer_drips_is_given_up_in_time()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        catcher.Answer = async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(".", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(100, context.RequestAborted);
            }
        };

        var answer = await PostAsync(Client(timeout: TimeSpan.FromSeconds(1)), Endpoint(catcher.Url));

        Assert.Equal("No answer within 1 seconds", answer.Error);
    }

    [Fact]
    public async Task A_refusal_is_kept_with_the_beginning_of_its_text()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        catcher.AnswerWith(500, new string('x', 100_000));

        var answer = await PostAsync(Client(), Endpoint(catcher.Url));

        Assert.Equal((500, null, WebhookClient.LargestAnswer), (answer.Status, answer.Error, answer.Answer!.Length));
        Assert.False(answer.IsSuccess);
    }

    [Fact]
    public async Task A_long_answer_of_a_receiver_that_took_it_is_a_success()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        catcher.AnswerWith(200, new string('x', 100_000));

        Assert.True((await PostAsync(Client(), Endpoint(catcher.Url))).IsSuccess);
    }

    [Fact]
    public async Task A_connection_that_is_closed_before_or_in_the_answer_is_a_failure()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        catcher.Answer = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var before = await PostAsync(Client(), Endpoint(catcher.Url));
        catcher.Answer = async (context, _) =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half", Stop);
            await context.Response.Body.FlushAsync(Stop);
            context.Abort();
        };
        var within = await PostAsync(Client(), Endpoint(catcher.Url));

        Assert.Equal("The connection was closed before the answer was complete", before.Error);
        Assert.Equal("The connection was closed before the answer was complete", within.Error);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var inside = await WebhookCatcher.StartAsync();
        await using var catcher = await WebhookCatcher.StartAsync();
        catcher.Answer = (context, _) =>
        {
            context.Response.Redirect(inside.Url, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };

        var answer = await PostAsync(Client(), Endpoint(catcher.Url));

        Assert.Equal(307, answer.Status);
        Assert.Contains("redirects are not followed", answer.Error, StringComparison.Ordinal);
        Assert.False(answer.IsSuccess);
        Assert.Empty(inside.Posts);
    }

    [Fact]
    public async Task Nothing_listening_and_no_such_host_are_told_apart()
    {
        var refused = await PostAsync(Client(), Endpoint("http://127.0.0.1:1/"));
        var unknown = await PostAsync(Client(lookup: (_, _) => Task.FromResult<IPAddress[]>([])), Endpoint("http://no.such.test/"));

        Assert.Equal("The connection was refused", refused.Error);
        Assert.Equal("The host was not found", unknown.Error);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f.1:{0}/")]
    [InlineData("http://0.0.0.0:{0}/")]
    public async Task This_machine_is_not_called_however_it_is_written(string url)
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        var port = new Uri(catcher.Url).Port;

        var answer = await PostAsync(
            Client(allowPrivate: false),
            Endpoint(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, port))
        );

        Assert.Null(answer.Status);
        Assert.Contains("webhooks may not call such an address", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", answer.Error, StringComparison.Ordinal);
        Assert.Empty(catcher.Posts);
    }

    [Fact]
    public async Task A_host_with_one_bad_address_among_good_ones_is_not_called()
    {
        var client = Client(
            allowPrivate: false,
            lookup: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1")])
        );

        Assert.Contains("a private address", (await PostAsync(client, Endpoint("http://hooks.test/"))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_changes_its_address_is_checked_on_each_connection()
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        catcher.Answer = (context, _) =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };
        var lookups = 0;
        var client = Client(
            lookup: (_, _) => Task.FromResult<IPAddress[]>([++lookups == 1 ? IPAddress.Loopback : IPAddress.Parse("169.254.169.254")])
        );
        var endpoint = Endpoint($"http://hooks.test:{new Uri(catcher.Url).Port}/");

        var first = await PostAsync(client, endpoint);
        var second = await PostAsync(client, endpoint);

        Assert.True(first.IsSuccess);
        Assert.Contains("metadata", second.Error, StringComparison.Ordinal);
        Assert.Single(catcher.Posts);
    }

    [Theory]
    [InlineData("hooks.test", false, null)]
    [InlineData("other.test", false, "is for another host")]
    [InlineData("hooks.test", true, "has expired")]
    public async Task A_certificate_is_checked(string name, bool isExpired, string? error)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue(name, isExpired);
        await using var catcher = await WebhookCatcher.StartAsync(certificate);
        var client = Client(trusted: authority.File, lookup: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        var answer = await PostAsync(client, Endpoint($"https://hooks.test:{new Uri(catcher.Url).Port}/"));

        Assert.Equal(error is null, answer.IsSuccess);
        Assert.Contains(error ?? "", answer.Error ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_refused()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("hooks.test");
        await using var catcher = await WebhookCatcher.StartAsync(certificate);
        var client = Client(lookup: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        var answer = await PostAsync(client, Endpoint($"https://hooks.test:{new Uri(catcher.Url).Port}/"));

        Assert.Equal("The receiver's certificate is not trusted", answer.Error);
        Assert.Empty(catcher.Posts);
    }

    [Fact]
    public async Task A_token_is_fetched_once_kept_until_shortly_before_its_end_and_fetched_again_when_refused()
    {
        await using var tokens = await WebhookCatcher.StartAsync();
        await using var catcher = await WebhookCatcher.StartAsync();
        tokens.Answer = (context, _) =>
            context.Response.WriteAsync($$"""{"access_token":"token-{{tokens.Posts.Count}}","token_type":"bearer","expires_in":600}""");
        var endpoint = Endpoint(catcher.Url, e => WantToken(e, tokens.Url));
        var client = Client();

        await PostAsync(client, endpoint);
        await PostAsync(client, endpoint);
        _clock.Advance(TimeSpan.FromSeconds(571));
        await PostAsync(client, endpoint);
        catcher.Answer = (context, post) =>
        {
            context.Response.StatusCode = post.Headers["Authorization"] == "Bearer token-2" ? 401 : 200;
            return Task.CompletedTask;
        };
        var answer = await PostAsync(client, endpoint);

        Assert.True(answer.IsSuccess);
        Assert.Equal(
            ["Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3"],
            catcher.Posts.Select(p => p.Headers["Authorization"])
        );
        Assert.Equal("grant_type=client_credentials&client_id=me&client_secret=s3cret", tokens.Posts[0].Text);
    }

    [Theory]
    [InlineData(401, "{}", "the token URL answered 401")]
    [InlineData(200, "{}", "holds no bearer token")]
    [InlineData(200, "no json", "holds no bearer token")]
    [InlineData(200, """{"access_token":"line\nbreak"}""", "holds no bearer token")]
    public async Task Without_a_token_nothing_is_posted(int status, string body, string error)
    {
        await using var tokens = await WebhookCatcher.StartAsync();
        await using var catcher = await WebhookCatcher.StartAsync();
        tokens.AnswerWith(status, body);

        var answer = await PostAsync(Client(), Endpoint(catcher.Url, e => WantToken(e, tokens.Url)));

        Assert.Contains(error, answer.Error, StringComparison.Ordinal);
        Assert.Null(answer.Status);
        Assert.Empty(catcher.Posts);
    }

    [Fact]
    public async Task A_token_url_is_guarded_and_limited_as_the_webhook_is()
    {
        await using var tokens = await WebhookCatcher.StartAsync();
        tokens.AnswerWith(200, $$"""{"access_token":"{{new string('x', 20_000)}}"}""");

        var large = await PostAsync(Client(), Endpoint("http://127.0.0.1:1/", e => WantToken(e, tokens.Url)));
        var inside = await PostAsync(
            Client(allowPrivate: false),
            Endpoint("http://hooks.test/", e => WantToken(e, "http://169.254.169.254/latest/meta-data/"))
        );

        Assert.Contains("holds no bearer token", large.Error, StringComparison.Ordinal);
        Assert.Contains("metadata service", inside.Error, StringComparison.Ordinal);
    }

    private void WantToken(WebhookEndpoint endpoint, string url)
    {
        endpoint.OAuthClientId = "me";
        endpoint.SealedOAuthSecret = _secrets.Seal(Encoding.UTF8.GetBytes("s3cret"));
        endpoint.OAuthTokenUrl = url;
    }

    private static Task<WebhookAnswer> PostAsync(WebhookClient client, WebhookEndpoint endpoint) =>
        client.PostAsync(endpoint, Body, PostId, attempt: 3, isTest: false, Stop);

    private static WebhookEndpoint Endpoint(string url, Action<WebhookEndpoint>? change = null)
    {
        var endpoint = new WebhookEndpoint { Url = url, Events = "*" };
        change?.Invoke(endpoint);
        return endpoint;
    }

    private WebhookClient Client(bool allowPrivate = true, TimeSpan? timeout = null, string trusted = "", HostLookup? lookup = null)
    {
        var options = new WebhookOptions
        {
            AllowPrivateNetworks = allowPrivate,
            Timeout = timeout ?? TimeSpan.FromSeconds(20),
            TrustedCertificates = trusted,
        };
        var client = new WebhookClient(Options.Create(options), _secrets, lookup ?? Dns.GetHostAddressesAsync, _clock);
        _clients.Add(client);
        return client;
    }
}

using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Webhooks;

/// <summary>What a request about webhooks may say, on one running API.</summary>
public sealed class WebhookFieldTests(WebhookFieldTests.Api api) : IClassFixture<WebhookFieldTests.Api>
{
    private const string Good = "https://example.com/events";

    [Theory]
    [InlineData("""{}""", "url", "Field required")]
    [InlineData("""{"url":"https://example.com/events"}""", "enabled_events", "Field required")]
    [InlineData("""{"url":"","enabled_events":["*"]}""", "url", "must have at least 1 characters")]
    [InlineData("""{"url":7,"enabled_events":["*"]}""", "url", "must be a string")]
    [InlineData("""{"url":"http://example.com","enabled_events":["*"]}""", "url", "must begin with https://")]
    [InlineData("""{"url":"https://10.0.0.1","enabled_events":["*"]}""", "url", "must not name a private address")]
    [InlineData("""{"url":"https://example.com","enabled_events":[]}""", "enabled_events", "must have at least 1 item")]
    [InlineData("""{"url":"https://example.com","enabled_events":"*"}""", "enabled_events", "must be an array of strings")]
    [InlineData("""{"url":"https://example.com","enabled_events":["delivered","sent"]}""", "enabled_events", "must be one of processed")]
    [InlineData("""{"url":"https://example.com","enabled_events":["*","delivered"]}""", "enabled_events", "the only item")]
    [InlineData("""{"url":"https://example.com","enabled_events":["queued"]}""", "enabled_events", "must be one of processed")]
    [InlineData("""{"url":"https://example.com","enabled_events":["*"],"enabled":"yes"}""", "enabled", "must be true or false")]
    [InlineData(
        """{"url":"https://example.com","enabled_events":["*"],"oauth_client_id":"a"}""",
        "oauth_client_id",
        "give all of them or none"
    )]
    [InlineData(
        """{"url":"https://example.com","enabled_events":["*"],"oauth_client_id":"a","oauth_client_secret":"b"}""",
        "oauth_client_id",
        "give all of them or none"
    )]
    [InlineData(
        """{"url":"https://example.com","enabled_events":["*"],"oauth_client_id":"a","oauth_client_secret":"b","oauth_token_url":"https://127.0.0.1"}""",
        "oauth_token_url",
        "must not name a loopback address"
    )]
    public async Task A_wrong_webhook_is_refused_with_422_and_not_stored(string body, string field, string why)
    {
        var before = await api.Product.CallAsync("GET", "/v3/user/webhooks", api.Product.LiveKey);

        var answer = await api.Product.CallAsync("POST", "/v3/user/webhooks", api.Product.LiveKey, body);

        Assert.Equal(422, answer.Status);
        Assert.Contains($"\"loc\":[\"body\",\"{field}\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains(why, answer.Body, StringComparison.Ordinal);
        Assert.Equal(before.Body, (await api.Product.CallAsync("GET", "/v3/user/webhooks", api.Product.LiveKey)).Body);
    }

    [Theory]
    [InlineData("""{"overlap_seconds":-1}""")]
    [InlineData("""{"overlap_seconds":604801}""")]
    [InlineData("""{"overlap_seconds":"60"}""")]
    [InlineData("""{"overlap_seconds":1.5}""")]
    public async Task An_overlap_is_a_number_of_seconds_up_to_a_week(string body)
    {
        var id = await api.MakeAsync();

        var answer = await api.Product.CallAsync("POST", $"/v3/user/webhooks/{id}/signing_secret", api.Product.LiveKey, body);

        Assert.Equal(422, answer.Status);
        Assert.Contains("must be a whole number from 0 to 604800", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", 422, "give exactly one of")]
    [InlineData("""{"event_types":["delivered"]}""", 422, "give exactly one of")]
    [InlineData("""{"event_ids":[]}""", 422, "must have at least 1 item")]
    [InlineData("""{"event_ids":["evt_1"]}""", 404, "Event or message not found: evt_1")]
    [InlineData("""{"event_ids":["evt_019ab8f27c3d7e0f8a1b2c3d4e5f60740003"]}""", 404, "Event or message not found: evt_019ab8f2")]
    [InlineData("""{"message_id":"1"}""", 422, "must be the id of a message")]
    [InlineData("""{"message_id":"msg_019ab8f27c3d7e0f8a1b2c3d4e5f6074"}""", 404, "Event or message not found: msg_019ab8f2")]
    [InlineData("""{"message_id":"msg_019ab8f27c3d7e0f8a1b2c3d4e5f6074","start_time":"2020-01-01"}""", 422, "give exactly one of")]
    [InlineData("""{"end_time":"2027-01-01T00:00:00Z"}""", 422, "Field required")]
    [InlineData("""{"start_time":"2027-01-02T00:00:00Z","end_time":"2027-01-01T00:00:00Z"}""", 422, "must be later than start_time")]
    [InlineData("""{"start_time":"yesterday"}""", 422, "must be a moment in ISO 8601")]
    [InlineData("""{"start_time":"2020-01-01T00:00:00Z","event_types":["sent"]}""", 422, "must be one of processed")]
    [InlineData("""{"start_time":"2020-01-01T00:00:00Z","types":["open"]}""", 422, "is no field of this request")]
    [InlineData("""{"start_time":"2020-01-01T00:00:00Z"}""", 202, "{\"replayed\":0}")]
    public async Task A_replay_says_exactly_what_is_meant(string body, int status, string text)
    {
        var id = await api.MakeAsync();

        var answer = await api.Product.CallAsync("POST", $"/v3/user/webhooks/{id}/replay", api.Product.LiveKey, body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(text, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sendgrid", """{}""", 400, "\"field\":\"url\"")]
    [InlineData("/sendgrid", """{"url":"example.com"}""", 400, "'example.com' is not a valid url")]
    [InlineData("/sendgrid", """{"url":"http://example.com"}""", 400, "'http://example.com' is not a valid url")]
    [InlineData("/sendgrid", """{"url":"https://10.0.0.1"}""", 400, "'https://10.0.0.1' is not a valid url")]
    [InlineData("", """{"url":"https://10.0.0.1"}""", 422, "must not name a private address")]
    [InlineData("/sendgrid", """{"url":"https://example.com","open":"yes"}""", 400, "must be true or false")]
    [InlineData(
        "/sendgrid",
        """{"url":"https://example.com","oauth_client_id":"a","oauth_token_url":"https://example.com"}""",
        400,
        "give all of them or none"
    )]
    public async Task A_wrong_event_webhook_is_refused_in_the_words_of_the_dialect(string prefix, string body, int status, string text)
    {
        var answer = await api.Product.CallAsync("POST", $"{prefix}/v3/user/webhooks/event/settings", api.Product.LiveKey, body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(text, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_for_a_token_are_kept_changed_and_taken_away_together()
    {
        var id = await api.MakeAsync(
            """
            ,"oauth_client_id":"shop","oauth_client_secret":"s3cret","oauth_token_url":"https://auth.example.com/token"
            """
        );
        var path = $"/v3/user/webhooks/{id}";
        var read = await api.Product.CallAsync("GET", path, api.Product.LiveKey);
        Assert.Equal(("shop", "https://auth.example.com/token"), (read.Text("oauth_client_id"), read.Text("oauth_token_url")));
        Assert.DoesNotContain("s3cret", read.Body, StringComparison.Ordinal);

        // Another name goes with the secret that is there.
        var renamed = await api.Product.CallAsync("PATCH", path, api.Product.LiveKey, """{"oauth_client_id":"store"}""");
        Assert.Equal((200, "store"), (renamed.Status, renamed.Text("oauth_client_id")));
        Assert.Equal(422, (await api.Product.CallAsync("PATCH", path, api.Product.LiveKey, """{"oauth_token_url":""}""")).Status);
        Assert.Equal(422, (await api.Product.CallAsync("PATCH", path, api.Product.LiveKey, """{"oauth_client_secret":""}""")).Status);
        Assert.Equal("store", (await api.Product.CallAsync("GET", path, api.Product.LiveKey)).Text("oauth_client_id"));

        var gone = await api.Product.CallAsync("PATCH", path, api.Product.LiveKey, """{"oauth_client_id":"","oauth_token_url":""}""");
        Assert.Equal(200, gone.Status);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, gone.Json.GetProperty("oauth_client_id").ValueKind);
        // Nothing is left of it, the secret neither.
        var half = """{"oauth_client_id":"shop","oauth_token_url":"https://auth.example.com/token"}""";
        Assert.Equal(422, (await api.Product.CallAsync("PATCH", path, api.Product.LiveKey, half)).Status);
    }

    /// <summary>A product without private networks that only serves.</summary>
    public sealed class Api : IAsyncLifetime
    {
        public Product Product { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Product = await Product.StartAsync(
                Stack.Embedded,
                settings: new Dictionary<string, string?> { ["RateLimits:WebhooksPerMinute"] = "1000" },
                roles: Cli.Roles.Role.Serve
            );

        public ValueTask DisposeAsync() => Product.DisposeAsync();

        /// <summary>A webhook's id.</summary>
        public async Task<string> MakeAsync(string also = "")
        {
            var body = $$"""{"url":"{{Good}}","enabled_events":["*"]{{also}}}""";
            var made = await Product.CallAsync("POST", "/v3/user/webhooks", Product.LiveKey, body);
            Assert.Equal(201, made.Status);
            return made.Text("id");
        }
    }
}

using System.Text.RegularExpressions;
using ScaiSend.Api.Authentication;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Access;

/// <summary>
/// Two tenants have everything that a tenant can have. What each list, search, export, statistic and webhook says to one has nothing of the other:
/// neither his marked words nor his ids.
/// </summary>
public sealed partial class TwoTenantsWorld
{
    // Of the routes that a tenant may read without naming a thing, at least so many say something of what he has; else this looks at nothing.
    private const int FewestTelling = 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Nothing_that_a_tenant_can_ask_tells_him_of_another(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(
            stack,
            sink.Address,
            Support.Webhooks.Reachable(("RateLimits:WebhooksPerMinute", "1000"), ("RateLimits:ApiKeysPerMinute", "1000"))
        );
        var a = new Inhabitant(product, product.LiveKey, "onlyalice");
        using var client = await product.ClientOfAnotherTenantAsync();
        var b = new Inhabitant(product, client.DefaultRequestHeaders.Authorization!.Parameter!, "onlybertha");
        sink.AlwaysAnswer("lost.onlyalice@example.org", "550 5.1.1 No such user");
        sink.AlwaysAnswer("lost.onlybertha@example.org", "550 5.1.1 No such user");

        await a.SettleAsync(catcher.Url, mails: 3);
        await b.SettleAsync(catcher.Url, mails: 2);
        await product.UntilAllIsCountedAsync();

        var routes = Route.All(product).Where(r => r is { Method: "GET", Rule.IsForOperators: false, Parameters.Count: 0 }).ToList();
        var (toldA, toldB) = (await a.AskAllAsync(routes), await b.AskAllAsync(routes));
        var (idsOfA, idsOfB) = (IdsIn(toldA), IdsIn(toldB));
        Assert.Empty(idsOfA.Intersect(idsOfB));
        AssertApart(toldA, b.Mark, idsOfB);
        AssertApart(toldB, a.Mark, idsOfA);
        Assert.True(
            toldA.Count(t => t.Body.Contains(a.Mark, StringComparison.Ordinal)) >= FewestTelling,
            string.Join('\n', toldA.Where(t => t.Body.Contains(a.Mark, StringComparison.Ordinal)).Select(t => t.Path))
        );

        // Numbers have no names in them, so they are counted.
        Assert.Equal((4, 3), (await a.RequestsAsync(), await b.RequestsAsync()));

        // Who asks for another's category is told of nothing in it.
        Assert.Equal((4, 0), (await a.RequestsInCategoryAsync(a.Mark), await b.RequestsInCategoryAsync(a.Mark)));

        // Each webhook heard of its own tenant's mail, all of it.
        await Patience.UntilAsync(
            () => Task.FromResult(catcher.Posts.Count(p => p.Text.Contains("\"delivered\"", StringComparison.Ordinal)) >= 5),
            "It has not come about"
        );
        Assert.All(catcher.Posts, post => Assert.Contains(post.Path[1..], post.Text, StringComparison.Ordinal));
        Assert.All(
            catcher.Posts,
            post => Assert.DoesNotContain(post.Path[1..] == a.Mark ? b.Mark : a.Mark, post.Text, StringComparison.Ordinal)
        );
    }

    private static void AssertApart(IEnumerable<Told> told, string mark, IReadOnlySet<string> ids)
    {
        foreach (var one in told)
        {
            Assert.DoesNotContain(mark, one.Body, StringComparison.OrdinalIgnoreCase);
            Assert.Empty(IdsIn([one]).Intersect(ids).Select(id => $"{one.Path} tells of {id}"));
        }
    }

    // Such as msg_ and 32 hexadecimal digits, or the bare UUIDs of SendGrid's templates.
    private static HashSet<string> IdsIn(IEnumerable<Told> told) => [.. told.SelectMany(t => Id().Matches(t.Body)).Select(m => m.Value)];

    internal sealed record Told(string Path, string Body);

    /// <summary>A tenant who marks everything that is his.</summary>
    internal sealed class Inhabitant(Product product, string key, string mark)
    {
        public string Mark => mark;

        private string Today => product.Clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        public async Task SettleAsync(string catcher, int mails)
        {
            await CallAsync("POST", "/v3/user/webhooks", $$"""{"url":"{{catcher.TrimEnd('/')}}/{{mark}}","enabled_events":["*"]}""");
            await CallAsync(
                "POST",
                "/v3/user/webhooks/event/settings",
                $$"""{"url":"https://example.com/{{mark}}","enabled":false,"friendly_name":"{{mark}}"}"""
            );
            await CallAsync("POST", "/v3/api_keys", $$"""{"name":"{{mark}}"}""");
            await CallAsync("POST", "/v3/templates", $$"""{"name":"{{mark}}","generation":"dynamic"}""");
            await CallAsync("POST", "/api/admin/domains", $$"""{"domain":"{{mark}}.example.com"}""");
            await CallAsync("POST", "/v3/asm/groups", $$"""{"name":"{{mark}}","description":"Of {{mark}}"}""");
            foreach (var list in new[] { "bounces", "blocks", "invalid_emails", "spam_reports" })
                await CallAsync("POST", $"/v3/suppression/{list}", $$"""{"email":"listed.{{mark}}@example.org","reason":"{{mark}}"}""");
            await CallAsync("POST", "/v3/asm/suppressions/global", $$"""{"recipient_emails":["gone.{{mark}}@example.org"]}""");
            await CallAsync("POST", "/v3/recipients/erasejob", $$"""{"email_addresses":["erased.{{mark}}@example.org"]}""");
            using var form = Uploads.Form(Pictures.Of("image/png"), $"{mark}.png", mark, mark);
            using var image = new HttpRequestMessage(HttpMethod.Post, new Uri(product.Http.BaseAddress!, "/v3/images")) { Content = form };
            image.Headers.Authorization = new("Bearer", key);
            using var stored = await product.Http.SendAsync(image, Stop);
            Assert.Equal(System.Net.HttpStatusCode.Created, stored.StatusCode);
            for (var i = 0; i < mails; i++)
                await SendAsync($"ada{i}.{mark}@example.org");
            await SendAsync($"lost.{mark}@example.org");
        }

        /// <summary>Every way to ask that we can think of, also for the other's words.</summary>
        public async Task<IReadOnlyList<Told>> AskAllAsync(IEnumerable<Route> routes)
        {
            var told = new List<Told>();
            foreach (var route in routes)
            foreach (var prefix in route.Rule is null ? [""] : route.Prefixes(exists: true))
            foreach (
                var query in new[]
                {
                    "",
                    $"?start_date={Today}",
                    $"?start_date={Today}&end_date={Today}&aggregated_by=week",
                    $"?start_date={Today}&categories={mark}",
                    "?limit=100",
                    "?query=status%3D%22delivered%22&limit=100",
                    "?search=only",
                    "?generations=legacy,dynamic",
                    "?email=lost.onlyalice@example.org",
                    "?to_email=lost.onlybertha@example.org",
                    "?tenant_id=onlyalice",
                }
            )
            {
                var answer = await product.CallAsync("GET", prefix + route.Pattern + query, key);
                // What is asked for may stand in the answer, or in a refusal, which tells nothing else.
                if (answer.Status == 200)
                    told.Add(
                        new Told(
                            prefix + route.Pattern + query,
                            query.Length > 0 ? answer.Body.Replace(query, "", StringComparison.Ordinal) : answer.Body
                        )
                    );
            }
            return told;
        }

        public async Task<int> RequestsAsync() =>
            (await product.CallAsync("GET", $"/v3/stats/sum?start_date={Today}", key)).Json.GetProperty("requests").GetInt32();

        public async Task<int> RequestsInCategoryAsync(string category) =>
            (await product.CallAsync("GET", $"/v3/stats/categories?start_date={Today}&categories={category}", key))
                .Json[0]
                .GetProperty("stats")
                .EnumerateArray()
                .Sum(one => one.GetProperty("metrics").GetProperty("requests").GetInt32());

        private async Task SendAsync(string recipient)
        {
            var body = Some.Request(
                new { to = new[] { new { email = recipient } }, custom_args = new { whose = mark } },
                new { subject = $"News of {mark}", categories = new[] { mark } }
            );
            var answer = await product.CallAsync("POST", "/v3/mail/send", key, body.ToJsonString());
            Assert.True(answer.Status == 202, answer.Body);
            var id = answer.Text("message_id");
            await Patience.WhenAsync(
                async () => (await product.CallAsync("GET", $"/v3/messages/{id}", key)).Text("status"),
                status => status is "delivered" or "bounced"
            );
        }

        private async Task CallAsync(string method, string path, string body)
        {
            var answer = await product.CallAsync(method, path, key, body);
            Assert.True(answer.Status is >= 200 and < 300, $"{method} {path}: {answer.Status} {answer.Body}");
        }
    }

    [GeneratedRegex(@"\b[a-z]{2,5}_[0-9a-f]{32}\b|\bd-[0-9a-f]{32}\b")]
    private static partial Regex Id();
}

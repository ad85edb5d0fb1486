using System.Collections.Concurrent;
using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Identity;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace ScaiSend.IntegrationTests.Rules.Secrets;

/// <summary>After a run in which every kind of secret was used, none lies in the database, in a log however verbose, in the API's document, or in a later answer.</summary>
public sealed class NothingSecretLies
{
    private const string OAuthSecret = "an OAuth client secret, 4711";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task No_secret_is_found_in_a_dump_or_a_log_or_an_answer_after_it_was_used(Stack stack)
    {
        var log = new Lines();
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(
            stack,
            sink.Address,
            Support.Webhooks.Reachable(),
            replace: services => services.AddSerilog(to => to.MinimumLevel.Verbose().WriteTo.Sink(log))
        );

        var secrets = await UseAllAsync(product, catcher.Url);

        var dump = await DumpAsync(product.Database());
        Assert.Contains("ada@example.org", dump, StringComparison.Ordinal);
        Assert.Contains(log.All, line => line.Contains("/v3/mail/send", StringComparison.Ordinal));
        var answers = await AnswersAsync(product);
        foreach (var (name, forms) in secrets.Select(s => (s.Name, Forms(s.Bytes))))
        foreach (var form in forms)
        {
            Assert.False(dump.Contains(form, StringComparison.Ordinal), $"{name} lies in the database");
            Assert.False(log.All.Any(line => line.Contains(form, StringComparison.Ordinal)), $"{name} lies in the log");
            Assert.False(answers.Contains(form, StringComparison.Ordinal), $"{name} is answered again");
        }
    }

    private static async Task<IReadOnlyList<(string Name, byte[] Bytes)>> UseAllAsync(Product product, string catcher)
    {
        var secrets = new List<(string, string)> { ("the live key", product.LiveKey), ("the test key", product.TestKey) };
        secrets.Add(("the operator's key", product.OperatorKey.Text));
        await product.CallAsync("GET", "/api/admin/audit", product.OperatorKey.Text);

        var key = await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"one"}""");
        secrets.Add(("a new API key", key.Text("api_key")));
        await product.CallAsync("GET", "/v3/scopes", key.Text("api_key"));

        var webhook = await product.CallAsync(
            "POST",
            "/v3/user/webhooks",
            product.LiveKey,
            $$"""{"url":"{{catcher}}","enabled_events":["*"],"oauth_client_id":"me","oauth_client_secret":"{{OAuthSecret}}","oauth_token_url":"{{catcher}}"}"""
        );
        Assert.True(webhook.Status == 201, webhook.Body);
        secrets.Add(("a webhook's secret", webhook.Text("signing_secret")));
        secrets.Add(("an OAuth client's secret", OAuthSecret));
        var rotated = await product.CallAsync(
            "POST",
            $"/v3/user/webhooks/{webhook.Text("id")}/signing_secret",
            product.LiveKey,
            """{"overlap_seconds":60}"""
        );
        secrets.Add(("a webhook's next secret", rotated.Text("signing_secret")));

        var token = product
            .Services.GetRequiredService<BuiltInTokens>()
            .Issue("cli:tests", await product.TenantIdAsync(), ["admin"], TimeSpan.FromHours(1));
        secrets.Add(("a token", token));
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/scopes", token)).Status);
        // What is nearly a secret is in the hands of one who mistypes it.
        await product.CallAsync("GET", "/v3/scopes", product.LiveKey[..^1] + "x");
        secrets.Add(("a mistyped key", product.LiveKey[..^1] + "x"));

        await product.CallAsync("POST", "/api/admin/domains", product.LiveKey, """{"domain":"example.com","ed25519":true}""");
        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Delivered");

        var bytes = secrets.Select(s => (s.Item1, Encoding.UTF8.GetBytes(s.Item2))).ToList();
        bytes.Add(("the installation's key", Convert.FromBase64String(product.Settings["Secrets:Key"]!)));
        var box = product.Services.GetRequiredService<SecretBox>();
        await using var db = product.Database().ForPlatform();
        foreach (var dkim in await db.DkimKeys.IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop))
            bytes.Add(($"the DKIM key {dkim.Selector}", box.Open(dkim.SealedPrivateKey)));
        return bytes;
    }

    // As it is, and as programs write bytes.
    private static IEnumerable<string> Forms(byte[] secret)
    {
        // Of zeros, as the tests' own key is, there is too much everywhere.
        if (secret.All(b => b == 0))
            return [Convert.ToBase64String(secret)];
        return
        [
            Encoding.Latin1.GetString(secret),
            Convert.ToBase64String(secret),
            System.Buffers.Text.Base64Url.EncodeToString(secret),
            Convert.ToHexString(secret),
            Convert.ToHexStringLower(secret),
        ];
    }

    // Every value of every table.
    private static async Task<string> DumpAsync(MailDatabase database)
    {
        var dump = new StringBuilder();
        await using var db = database.ForPlatform();
        await using var connection = await database.OpenAsync(Stop);
        foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetTableName()).Distinct())
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            await using var rows = await command.ExecuteReaderAsync(Stop);
            while (await rows.ReadAsync(Stop))
                for (var column = 0; column < rows.FieldCount; column++)
                    dump.Append(Text(rows, column)).Append('\n');
        }
        return dump.ToString();
    }

    private static string Text(DbDataReader rows, int column) =>
        rows.GetValue(column) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : rows.GetValue(column).ToString() ?? "";

    private static async Task<string> AnswersAsync(Product product)
    {
        var answers = new StringBuilder();
        foreach (var route in Route.All(product).Where(r => r.Method == "GET" && r.Parameters.Count == 0))
            answers.Append(
                (
                    await product.CallAsync(
                        "GET",
                        route.Pattern,
                        route.Rule is { IsForOperators: true } ? product.OperatorKey.Text : product.LiveKey
                    )
                ).Body
            );
        return answers.ToString();
    }

    private sealed class Lines : ILogEventSink
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> All => _lines;

        public void Emit(LogEvent logEvent) =>
            _lines.Enqueue(
                $"{logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture)} {string.Join(' ', logEvent.Properties.Values)} {logEvent.Exception}"
            );
    }
}

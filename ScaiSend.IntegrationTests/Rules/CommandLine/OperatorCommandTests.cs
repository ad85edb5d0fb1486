using System.CommandLine;
using System.Text.Json;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.CommandLine;

/// <summary>What operators type: what is printed, and the exit codes.</summary>
public sealed class OperatorCommandTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_queue_is_counted_listed_held_and_cancelled_without_a_running_process(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var id = await product.SendAsync(Some.To("ada@example.org"), SoonInAnHour(product));
        await product.SendAsync(Some.To("bob@example.com"), SoonInAnHour(product));
        await product.StopRolesAsync();

        var counted = await RunAsync(product, "queue", "count", "--by", "domain", "--json");
        Assert.Equal(2, counted.Json.GetProperty("total").GetInt32());
        var listed = await RunAsync(product, "queue", "list", "--domain", "example.org");
        Assert.Contains(id, listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("example.com", listed.Output, StringComparison.Ordinal);

        var tried = await RunAsync(product, "queue", "hold", "--tenant", "default", "--reason", "Ticket 1", "--dry-run", "--json");
        Assert.Equal((0, 2), (tried.Code, tried.Json.GetProperty("count").GetInt32()));
        var held = await RunAsync(product, "queue", "hold", "--tenant", "default", "--reason", "Ticket 1", "--yes", "--as", "ada");
        Assert.Equal(0, held.Code);
        Assert.StartsWith("hold: 2 of 2 emails\naudit entry aud_", held.Output, StringComparison.Ordinal);
        var cancelled = await RunAsync(product, "queue", "cancel", "--message", id, "--reason", "Ticket 2", "--yes", "--json");
        Assert.Equal(("done", 1), (cancelled.Json.GetProperty("state").GetString(), cancelled.Json.GetProperty("changed").GetInt32()));
        var left = await RunAsync(product, "queue", "count", "--by", "held", "--json");
        Assert.Equal(1, left.Json.GetProperty("total").GetInt32());

        var audit = (await RunAsync(product, "audit", "list", "--json")).Json.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(["cancel", "hold"], audit.Select(e => e.GetProperty("action").GetString()));
        Assert.Equal(("ada", "cli"), (audit[1].GetProperty("actor").GetString(), audit[1].GetProperty("via").GetString()));
        Assert.Contains("Ticket 1", (await RunAsync(product, "audit", "list", "--actor", "ada")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_is_suspended_and_the_suspension_lifted()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.None);

        var added = await RunAsync(product, "suspensions", "add", "mx.example.org", "--for", "30m", "--reason", "They asked", "--json");
        Assert.Equal((0, true), (added.Code, added.Json.GetProperty("active").GetBoolean()));
        var id = added.Json.GetProperty("id").GetString()!;
        Assert.Contains(id, (await RunAsync(product, "suspensions", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(product, "suspensions", "lift", id, "--reason", "They work again")).Code);

        Assert.Equal("Nothing", (await RunAsync(product, "suspensions", "list")).Output.Trim());
        var again = await RunAsync(product, "suspensions", "lift", id, "--reason", "They work again");
        Assert.Equal((2, $"There is no active suspension {id}"), (again.Code, again.Error.Trim()));
        var audit = (await RunAsync(product, "audit", "list", "--json")).Json.GetProperty("entries").EnumerateArray();
        Assert.Equal(["lift", "suspend"], audit.Select(e => e.GetProperty("action").GetString()));
    }

    private static readonly string SomeKey = $"Secrets:Key={Convert.ToBase64String(new byte[32])}";

    public static TheoryData<string, string> Wrong =>
        new()
        {
            { "queue hold --reason x --yes", "Name at least one of --tenant, --domain, --provider, --batch and --message" },
            { "queue hold --tenant nobody --reason x --yes", "--tenant is 'nobody', and there is none" },
            { "queue cancel --message 1 --reason x --yes", "--message is '1'; allowed is msg_" },
            { "queue list --state sent", "--state is 'sent'; allowed are queued, processed, delivering, deferred" },
            { "queue list --older-than soon", "--older-than is 'soon'; allowed is a whole number and s, m, h or d" },
            { "queue list --limit 0", "--limit is 0; allowed is 1 to 500" },
            { "queue list --cursor x", "--cursor is none" },
            { "queue count --by colour", "--by has 'colour'; allowed are tenant, provider, state, domain, held" },
            { "suspensions lift 1 --reason x", "'1' is no id of a suspension" },
            { "suspensions add p --for 31d --reason x", "--for is '31d'; allowed is more than 0 and at most 30d" },
            { "suspensions add p --for 30m --reason \u200b", "--reason must say why, in at most 500 characters" },
            { $"tenant suspend default --reason {new string('x', 501)}", "--reason must say why, in at most 500 characters" },
            { "audit list --action look", "--action is 'look'; allowed are hold" },
            { "audit list --data /nowhere", "/nowhere is no folder of an `up`" },
        };

    [Fact]
    public async Task What_cannot_be_taken_is_named_with_what_is_allowed()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.None);

        foreach (var (line, error) in Wrong.Select(row => (row.Data.Item1, row.Data.Item2)))
        {
            var answer = await RunAsync(product, line.Split(' '));
            Assert.Equal((2, ""), (answer.Code, answer.Output));
            Assert.StartsWith(error, answer.Error, StringComparison.Ordinal);
        }
        Assert.Equal("Nothing", (await RunAsync(product, "audit", "list")).Output.Trim());
    }

    [Theory]
    [InlineData("explain msg_00000000000000000000000000000000 --json")]
    [InlineData("queue list")]
    [InlineData("tenant list --json")]
    [InlineData("secrets status")]
    public async Task Without_the_database_a_command_says_so_in_a_sentence(string line)
    {
        string[] away = ["--set", "Database:Url=mysql://nobody:nothing@127.0.0.1:1/nowhere", "--set", SomeKey];

        var answer = await RunAsync(null, [.. line.Split(' '), .. away]);

        Assert.Equal((1, ""), (answer.Code, answer.Output));
        Assert.StartsWith("The database cannot be used: ", answer.Error, StringComparison.Ordinal);
        Assert.Single(answer.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_command_makes_no_database_where_there_is_none()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "scaisend.db");
        var answer = await RunAsync(null, "nodes", "--set", $"Database:Url=sqlite://{path}", "--set", SomeKey);

        Assert.Equal((2, false), (answer.Code, Directory.Exists(Path.GetDirectoryName(path))));
        Assert.StartsWith($"There is no database {path}", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_action_without_a_reason_is_no_action()
    {
        var answer = await RunAsync(null, "queue", "hold", "--tenant", "default", "--yes");

        Assert.NotEqual(0, answer.Code);
        Assert.Contains("--reason", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_made_whose_hash_lets_it_in()
    {
        var made = await RunAsync(null, "admin-key", "alice");
        var lines = made.Output.Split('\n').Select(line => line.Split(' ')[^1]).ToList();
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.None);
        product.Settings[lines[1].Split('=')[0]] = lines[1].Split('=')[1];
        await product.StartRolesAsync(Role.Serve);

        Assert.Equal(200, (await product.CallAsync("GET", "/api/admin/audit", lines[0])).Status);
        Assert.Equal(2, (await RunAsync(null, "admin-key", "a b")).Code);
    }

    private static object SoonInAnHour(Product product) => new { send_at = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds() };

    private static async Task<Printed> RunAsync(Product? product, params string[] words)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var sets = product
            ?.Settings.Where(s => s.Key.Contains(':', StringComparison.Ordinal))
            .SelectMany(s => (string[])["--set", $"{s.Key}={s.Value}"]);
        var parsed = Commands.Root().Parse([.. words, .. sets ?? []]);
        var code = await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error },
            TestContext.Current.CancellationToken
        );
        return new Printed(code, output.ToString(), error.ToString());
    }

    private sealed record Printed(int Code, string Output, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;
    }
}

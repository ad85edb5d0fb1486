using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage.Nodes;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>An operator changes how mail is tried again, for all processes at once: looks, checks, tries out, applies, takes back.</summary>
public sealed class PolicyForAllNodes
{
    private const string Nine = "defaults: { retry: { schedule: [9m] } }";
    private const string Seven = "defaults: { retry: { schedule: [7m] } }";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_revision_counts_instead_of_the_file_and_an_undo_brings_back_what_was_before(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("later@example.org", "450 4.2.0 not now");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var id = await product.SendAsync(Some.To("later@example.org"));
        await TriedAsync(product, id, 1);
        Assert.Equal("starting_set", (await GetAsync(product)).GetProperty("source").GetString());

        // What it would have made of the attempt that was.
        var tried = await DoAsync(product, 200, "POST", "/api/admin/policy/dry_run", new { text = Nine, since = "1h" });
        Assert.Equal((1, 1, true), (Number(tried, "judged"), Number(tried, "changed"), tried.GetProperty("is_complete").GetBoolean()));
        var difference = tried.GetProperty("groups")[0];
        Assert.StartsWith("deferred, next in 1m", difference.GetProperty("from").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("deferred, next in 9m", difference.GetProperty("to").GetString(), StringComparison.Ordinal);

        await DoAsync(
            product,
            201,
            "POST",
            "/api/admin/policy",
            new
            {
                text = Nine,
                follows = 0,
                reason = "They are slow",
            }
        );
        await InForceAsync(product, 1);
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await DueInAsync(product, id, attempts: 2, TimeSpan.FromMinutes(9));
        var policy = await GetAsync(product);
        Assert.Equal(("revision", Nine), (policy.GetProperty("source").GetString(), policy.GetProperty("text").GetString()));

        await DoAsync(
            product,
            201,
            "POST",
            "/api/admin/policy",
            new
            {
                text = Seven,
                follows = 1,
                reason = "Not so slow",
            }
        );
        await InForceAsync(product, 2);
        await DoAsync(product, 201, "POST", "/api/admin/policy/undo", new { revision = 2, reason = "Slow after all" });
        await InForceAsync(product, 3);
        Assert.Equal(Nine, (await GetAsync(product)).GetProperty("text").GetString());
        product.Clock.Advance(TimeSpan.FromMinutes(9));
        await DueInAsync(product, id, attempts: 3, TimeSpan.FromMinutes(9));

        await DoAsync(
            product,
            201,
            "POST",
            "/api/admin/policy",
            new
            {
                files = true,
                follows = 3,
                reason = "As it was",
            }
        );
        await UntilAsync(product, p => p.InForce.Revision is null);
        Assert.Equal("starting_set", (await GetAsync(product)).GetProperty("source").GetString());
        var revisions = (await GetAsync(product)).GetProperty("revisions").EnumerateArray().Select(r => Number(r, "number"));
        Assert.Equal([4, 3, 2, 1], revisions);
        Assert.Equal(Seven, (await DoAsync(product, 200, "GET", "/api/admin/policy/revisions/2", null)).GetProperty("text").GetString());
        var audit = (await product.AsOperatorAsync("GET", "/api/admin/audit?limit=10")).Json.GetProperty("entries").EnumerateArray();
        Assert.Equal(
            ["policy_apply", "policy_undo", "policy_apply", "policy_apply"],
            audit.Select(e => e.GetProperty("action").GetString())
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_is_wrong_or_old_changes_nothing(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        const string wrong = "defaults:\n  connections: many\n";

        var check = await DoAsync(product, 200, "POST", "/api/admin/policy/check", new { text = wrong });
        Assert.False(check.GetProperty("valid").GetBoolean());
        Assert.Equal((2, 16), (Number(check.GetProperty("errors")[0], "line"), Number(check.GetProperty("errors")[0], "column")));
        Assert.True(
            (await DoAsync(product, 200, "POST", "/api/admin/policy/check", new { text = Nine })).GetProperty("valid").GetBoolean()
        );

        await DoAsync(
            product,
            422,
            "POST",
            "/api/admin/policy",
            new
            {
                text = wrong,
                follows = 0,
                reason = "x",
            }
        );
        await DoAsync(product, 422, "POST", "/api/admin/policy", new { text = Nine, follows = 0 });
        await DoAsync(product, 422, "POST", "/api/admin/policy", new { text = Nine, reason = "x" });
        await DoAsync(product, 422, "POST", "/api/admin/policy/dry_run", new { text = wrong });
        await DoAsync(product, 422, "POST", "/api/admin/policy/dry_run", new { text = Nine, since = "31d" });
        await DoAsync(product, 409, "POST", "/api/admin/policy/undo", new { revision = 0, reason = "x" });
        await DoAsync(product, 404, "GET", "/api/admin/policy/revisions/1", null);

        // Of many who go on from the same revision, one does.
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    product.AsOperatorAsync(
                        "POST",
                        "/api/admin/policy",
                        new
                        {
                            text = Nine,
                            follows = 0,
                            reason = "x",
                        }
                    )
                )
        );
        Assert.Equal([201, .. Enumerable.Repeat(409, 7)], answers.Select(a => a.Status).Order());
        Assert.Equal(1, Number(await GetAsync(product), "newest_revision"));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_command_line_does_the_same_and_a_process_that_starts_goes_by_it_at_once(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var file = Path.Combine(Directory.CreateTempSubdirectory("scaisend-policy-").FullName, "delivery.yaml");
        await File.WriteAllTextAsync(file, Nine, Stop);

        var (code, output) = await RunAsync(product, "policy", "apply", file, "--reason", "Ticket 1", "--as", "ada");
        Assert.True(code == 0, output);
        await InForceAsync(product, 1);
        Assert.Contains("ada", (await RunAsync(product, "policy", "revisions")).Output, StringComparison.Ordinal);
        Assert.Equal(Nine, (await RunAsync(product, "policy", "show")).Output.TrimEnd());
        Assert.Equal(2, (await RunAsync(product, "policy", "apply", "--reason", "Ticket 2")).Code);

        // Without a tick of the clock.
        await using (
            var host = RoleHost.Build(Role.Serve, product.Settings.ToDictionary(), [$"Http:Listen=127.0.0.1:{Product.FreePort()}"])
        )
        {
            await host.StartAsync(Stop);
            Assert.Equal(1, host.Services.GetRequiredService<CurrentPolicy>().InForce.Revision);
            await host.StopAsync(Stop);
        }

        Assert.Equal(0, (await RunAsync(product, "policy", "undo", "--reason", "Ticket 3")).Code);
        await UntilAsync(product, p => p.InForce.Revision is null);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_processes_of_an_installation_are_listed_as_long_as_they_are_heard_of(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve | Role.Worker);

        var node = await NodeWhenAsync(product, n => n.GetProperty("is_alive").GetBoolean());
        Assert.Equal("serve,worker", string.Join(',', node.GetProperty("roles").EnumerateArray().Select(r => r.GetString())));
        Assert.NotEqual("unknown", node.GetProperty("version").GetString());
        Assert.Contains("serve,worker", (await RunAsync(product, "nodes")).Output, StringComparison.Ordinal);

        product.Clock.Advance(NodeHeartbeat.Every);
        var started = node.GetProperty("started_at").GetDateTimeOffset();
        await NodeWhenAsync(product, n => n.GetProperty("seen_at").GetDateTimeOffset() >= started + NodeHeartbeat.Every);
        await product.StopRolesAsync();
        Assert.Equal("Nothing", (await RunAsync(product, "nodes")).Output.Trim());
    }

    private static int Number(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static Task<System.Text.Json.JsonElement> GetAsync(Product product) => DoAsync(product, 200, "GET", "/api/admin/policy", null);

    private static async Task<System.Text.Json.JsonElement> DoAsync(Product product, int status, string method, string path, object? body)
    {
        var answer = await product.AsOperatorAsync(method, path, body);
        Assert.True(answer.Status == status, $"{method} {path}: {answer.Status} {answer.Body}");
        return answer.Json;
    }

    private static async Task TriedAsync(Product product, string id, int attempts) =>
        await product.MessageWhenAsync(
            id,
            m =>
                m.GetProperty("emails")[0] is var email
                && email.GetProperty("state").GetString() == "Deferred"
                && email.Attempts().Length == attempts,
            $"tried {attempts} times"
        );

    private static async Task DueInAsync(Product product, string id, int attempts, TimeSpan wait)
    {
        await TriedAsync(product, id, attempts);
        var email = (await product.MessageWhenAsync(id, _ => true, "shown")).GetProperty("emails")[0];
        var at = email.Attempts()[^1].GetProperty("at").GetDateTimeOffset();
        Assert.Equal(at + wait, email.GetProperty("due_at").GetDateTimeOffset(), TimeSpan.FromSeconds(5));
    }

    private static Task InForceAsync(Product product, int revision) => UntilAsync(product, p => p.InForce.Revision == revision);

    private static Task UntilAsync(Product product, Func<CurrentPolicy, bool> isSo) =>
        Patience.UntilAsync(
            () =>
            {
                var isInForce = isSo(product.Services.GetRequiredService<CurrentPolicy>());
                if (!isInForce)
                    product.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return Task.FromResult(isInForce);
            },
            "The policy is not in force"
        );

    private static async Task<System.Text.Json.JsonElement> NodeWhenAsync(Product product, Func<System.Text.Json.JsonElement, bool> isSo)
    {
        var nodes = await Patience.WhenAsync(
            async () => (await DoAsync(product, 200, "GET", "/api/admin/nodes", null)).GetProperty("nodes"),
            all => all.GetArrayLength() > 0 && isSo(all[0])
        );
        return nodes[0];
    }

    private static async Task<(int Code, string Output)> RunAsync(Product product, params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await Commands
            .Root()
            .Parse([
                .. arguments,
                .. product
                    .Settings.Where(s => s.Key.Contains(':', StringComparison.Ordinal))
                    .SelectMany(s => (string[])["--set", $"{s.Key}={s.Value}"]),
            ])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, Stop);
        return (code, output.ToString() + errors);
    }
}

using System.CommandLine;
using System.Text.Json;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.CommandLine;

/// <summary>What somebody types who asks after a message, and who looks on: what is printed, and the exit codes.</summary>
public sealed class MessageCommandTests
{
    // What runs, and what prints a document as it is.
    private static readonly string[] WithoutData =
    [
        "serve",
        "worker",
        "smtp",
        "node",
        "up",
        "policy starting-set",
        "reports show",
        "completion bash",
        "completion zsh",
        "completion fish",
    ];

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_message_is_shown_and_explained_without_a_running_process_and_without_what_it_says(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var sendAt = product.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        var id = await product.SendAsync(Some.To("ada@example.org"), new { send_at = sendAt, subject = "Top secret" });
        await product.StopRolesAsync();

        var shown = await RunAsync(product, "message", id);
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.StartsWith($"{id}  queued\n", shown.Output, StringComparison.Ordinal);
        Assert.Contains("ada@example.org", shown.Output, StringComparison.Ordinal);
        var json = (await RunAsync(product, "message", id, "--json")).Json;
        Assert.Equal((id, "Queued"), (json.GetProperty("id").GetString(), json.GetProperty("emails")[0].GetProperty("state").GetString()));

        var explained = await RunAsync(product, "explain", id);
        Assert.Equal((0, ""), (explained.Code, explained.Error));
        Assert.Contains("It is scheduled, and is sent at", explained.Output, StringComparison.Ordinal);
        Assert.Contains($"scaisend queue hold --message {id}", explained.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" \n", explained.Output, StringComparison.Ordinal);
        var inside = (await RunAsync(product, "explain", id, "--json")).Json;
        Assert.Equal(
            ("operator", "waits_for_send_at"),
            (inside.GetProperty("depth").GetString(), inside.GetProperty("emails")[0].GetProperty("situation").GetString())
        );
        var asCaller = (await RunAsync(product, "explain", id, "--depth", "caller", "--json")).Json;
        Assert.Equal(JsonValueKind.Null, asCaller.GetProperty("tenant_id").ValueKind);
        foreach (var text in (string[])[shown.Output, json.ToString(), explained.Output, inside.ToString()])
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_not_there_is_no_wrong_argument()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.None);
        const string unknown = "msg_0199c0de000070008000000000000007";

        foreach (var command in (string[])["message", "explain"])
        {
            var missing = await RunAsync(product, command, unknown);
            Assert.Equal((1, $"There is no message {unknown}"), (missing.Code, missing.Error.Trim()));
            var wrong = await RunAsync(product, command, "4711");
            Assert.Equal((2, ""), (wrong.Code, wrong.Output));
            Assert.StartsWith("'4711' is no id of a message", wrong.Error, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Top_measures_once_where_nobody_looks_on(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var sendAt = product.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        await product.SendAsync(Some.To("ada@example.org", "bob@example.org"), new { send_at = sendAt });
        await RunAsync(product, "suspensions", "add", "mx.example.org", "--for", "1h", "--reason", "They asked");

        var shown = await RunAsync(product, "top");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        foreach (var text in (string[])["accepted/s", "default", "(no attempt yet)", "mx.example.org"])
            Assert.Contains(text, shown.Output, StringComparison.Ordinal);
        var json = (await RunAsync(product, "top", "--json")).Json;
        Assert.Equal(2, json.GetProperty("queue").GetProperty("waiting").GetInt32());
        Assert.Equal("default", json.GetProperty("tenants")[0].GetProperty("slug").GetString());
        Assert.Equal(2, json.GetProperty("providers")[0].GetProperty("count").GetInt32());
        Assert.Equal("mx.example.org", json.GetProperty("suspensions")[0].GetProperty("provider").GetString());
        Assert.Equal(0, json.GetProperty("per_second").GetProperty("delivered").GetDouble());
    }

    [Fact]
    public void Every_command_that_prints_data_prints_JSON_too() =>
        Assert.Empty(
            Leaves(Commands.Root(), "")
                .Where(leaf => !leaf.Command.Options.Any(option => option.Name == "--json"))
                .Select(leaf => leaf.Path)
                .Except(WithoutData)
        );

    [Theory]
    [InlineData("bash", "complete -o default -F _scaisend scaisend")]
    [InlineData("zsh", "compdef _scaisend scaisend")]
    [InlineData("fish", "complete -c scaisend")]
    public async Task A_shell_gets_a_script_that_asks_the_executable(string shell, string registers)
    {
        var script = await RunAsync(null, "completion", shell);

        Assert.Equal(0, script.Code);
        Assert.Contains(registers, script.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script.Output, StringComparison.Ordinal);
        // What the scripts ask for.
        var suggested = await RunAsync(null, "[suggest:14]", "queue list --s");
        Assert.Equal(0, suggested.Code);
        Assert.Equal(["--set", "--state"], suggested.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var commands = (await RunAsync(null, "[suggest:0]", "")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("queue", commands);
        Assert.All(commands, word => Assert.Matches("^(?:--?)?[a-z-]+$", word));
    }

    [Fact]
    public async Task Keys_and_policies_are_printed_for_programs()
    {
        var key = (await RunAsync(null, "admin-key", "alice", "--json")).Json;
        Assert.StartsWith("sg_admin_", key.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("Admin:Keys:alice=", key.GetProperty("setting").GetString(), StringComparison.Ordinal);
        var policy = (
            await RunAsync(
                null,
                "policy",
                "explain",
                "--to",
                "ada@example.org",
                "--mx",
                "mx.example.org",
                "--reply",
                "451 4.7.1 Greylisted, come back",
                "--json"
            )
        ).Json;
        Assert.Equal("greylisted", policy.GetProperty("rule").GetString());
        Assert.NotNull(policy.GetProperty("next_attempt_after").GetString());
        Assert.False(policy.GetProperty("provider_listed").GetBoolean());
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(path.Trim(), command)]
            : command.Subcommands.SelectMany(below => Leaves(below, $"{path} {below.Name}"));

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

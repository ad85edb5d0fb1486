using System.CommandLine;
using ScaiSend.Cli;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;

namespace ScaiSend.IntegrationTests.Rules.CommandLine;

/// <summary><c>scaisend policy</c>: what is printed, and the exit code.</summary>
public sealed class PolicyCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scaisend-policy-").FullName;

    [Fact]
    public async Task Check_sums_up_a_file_that_is_right()
    {
        var (code, output, errors) = await RunAsync("check", Write("defaults: { retry: { schedule: [1m, 90m], give_up_after: 2d } }"));

        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith("The policy is right: ", output, StringComparison.Ordinal);
        Assert.Contains("tried again after 1m, 1h30m", output, StringComparison.Ordinal);
        Assert.Contains("given up after 2d", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_names_every_fault_and_ends_with_2()
    {
        var file = Write("defaults:\n  tls: maybe\nspeed: 1\n");

        var (code, output, errors) = await RunAsync("check", file);

        Assert.Equal((2, ""), (code, output));
        Assert.Equal(
            [
                $"{file}:2:8: defaults.tls is 'maybe'; allowed are opportunistic, none, require, verify",
                $"{file}:3:1: speed is no key; allowed are starting_set, defaults, providers, domains, tenants, rules",
            ],
            errors.TrimEnd().Split(Environment.NewLine)
        );
    }

    [Fact]
    public async Task Check_says_when_there_is_no_such_file()
    {
        var (code, _, errors) = await RunAsync("check", Path.Combine(_folder, "none.yaml"));

        Assert.Equal(2, code);
        Assert.Contains("none.yaml: the file cannot be read", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("451 4.7.1 Greylisted", "mx.example.org", 1, "example.org (not listed)", "greylisted (general)", "deferred, next in 5m10s")]
    [InlineData("451 4.7.1 Greylisted", "mx.example.org", 4, "example.org (not listed)", "greylisted (general)", "deferred, next in 30m")]
    [InlineData(
        "421 4.7.28 unusual rate",
        "aspmx.l.google.com",
        1,
        "google",
        "google-unusual-rate (of the provider)",
        "deferred, next in 30m"
    )]
    [InlineData("550-5.1.1 no such user", "aspmx.l.google.com", 1, "google", "none; the codes and words decide", "bounced (hard)")]
    [InlineData("550 5.7.1 spam", "mx.example.org", 1, "example.org (not listed)", "none; the codes and words decide", "bounced (block)")]
    public async Task Explain_says_what_a_reply_leads_to(string reply, string mx, int attempt, string provider, string rule, string outcome)
    {
        var (code, output, errors) = await RunAsync([
            "explain",
            "--to",
            "ada@example.org",
            "--reply",
            reply,
            "--mx",
            mx,
            "--attempt",
            $"{attempt}",
            .. NoDatabase,
        ]);

        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(provider, Value(output, "provider"));
        Assert.Equal(rule, Value(output, "rule"));
        Assert.Equal(outcome, Value(output, "outcome"));
    }

    [Fact]
    public async Task Explain_goes_by_the_file_and_the_tenant_that_it_is_given()
    {
        var file = Write(
            """
            tenants:
              tnt_0199c0de000070008000000000000001: { retry: { give_up_after: 4h, schedule: [2m] } }
            rules:
              - { name: stop, when: { code: 421, at: mail }, then: { suspend_for: 10m, slow_down: true } }
            """
        );

        var (_, output, _) = await RunAsync([
            "explain",
            "--to",
            "ada@example.org",
            "--reply",
            "421 no",
            "--at",
            "mail",
            "--mx",
            "mx.example.org",
            "--file",
            file,
            "--tenant",
            "tnt_0199c0de000070008000000000000001",
            .. NoDatabase,
        ]);

        Assert.Equal("stop (general)", Value(output, "rule"));
        Assert.Equal("2m after attempt 1, by the schedule", Value(output, "next attempt"));
        Assert.Equal("4h after acceptance or send_at", Value(output, "given up"));
        Assert.Equal("the provider is slowed down and the provider is suspended for 10m", Value(output, "pace"));
    }

    [Theory]
    [InlineData("--to", "nobody", "--to is 'nobody'; allowed is an address such as ada@example.org")]
    [InlineData(
        "--reply",
        "later",
        "--reply is 'later'; allowed is a code of 400 to 599 and a text, such as \"451 4.7.1 Try again later\""
    )]
    [InlineData("--at", "rcpt", "--at is 'rcpt'; allowed are connect, greeting, hello, tls, auth, mail, recipient, data, content")]
    [InlineData("--attempt", "0", "--attempt is 0; allowed is a number from 1 to 1000")]
    [InlineData("--tenant", "me", "--tenant is 'me'; allowed is tnt_ and 32 hexadecimal digits")]
    public async Task A_wrong_option_is_named_with_what_is_allowed(string option, string value, string error)
    {
        var options = new Dictionary<string, string>
        {
            ["--to"] = "ada@example.org",
            ["--reply"] = "450 later",
            ["--mx"] = "mx.example.org",
            [option] = value,
        };

        var (code, _, errors) = await RunAsync(["explain", .. options.SelectMany(o => new[] { o.Key, o.Value }), .. NoDatabase]);

        Assert.Equal((2, error), (code, errors.TrimEnd()));
    }

    [Fact]
    public async Task The_starting_set_is_printed_as_it_is_shipped() =>
        Assert.Equal(StartingSet.Text, (await RunAsync("starting-set")).Output);

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_dry_run_says_how_many_recorded_attempts_would_end_in_another_way_and_how(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("busy@example.org", "450 4.2.0 come back tomorrow");
        sink.AlwaysAnswer("gone@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(stack, sink.Address);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("busy@example.org")), "Deferred");
        var gone = await product.EmailInStateAsync(await product.SendAsync(Some.To("gone@example.org")), "Bounced");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Delivered");
        var file = Write(
            """
            rules:
              - { name: tomorrow, when: { code: 4xx, text: tomorrow }, then: { delay: 1d } }
              - { name: believe, when: { code: 550, text: no such user }, then: { bounce: soft } }
            """
        );

        var (code, output, errors) = await RunAsync(
            "dry-run",
            file,
            "--since",
            "1h",
            "--set",
            $"Database:Url={product.Settings["Database:Url"]}"
        );

        Assert.Equal((0, ""), (code, errors));
        Assert.StartsWith(
            "2 attempts of the last 1h did not deliver; 2 of them would end in another way than by the policy in force",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("from  deferred, next in 1m, given up after 3d  [no rule]", output, StringComparison.Ordinal);
        Assert.Contains("to    deferred, next in 1d, given up after 3d  [tomorrow]", output, StringComparison.Ordinal);
        Assert.Contains("from  bounced (hard)  [no rule]", output, StringComparison.Ordinal);
        Assert.Contains("to    bounced (soft)  [believe]", output, StringComparison.Ordinal);
        Assert.Contains($"such as {gone.GetProperty("id").GetString()}#1", output, StringComparison.Ordinal);

        var same = await RunAsync("dry-run", Write("{}"), "--set", $"Database:Url={product.Settings["Database:Url"]}");
        Assert.Contains("; 0 of them would end in another way", same.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] NoDatabase => ["--set", $"Database:Url=sqlite://{Path.Combine(_folder, "none.db")}"];

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = await Commands
            .Root()
            .Parse(["policy", .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }

    private static string Value(string output, string name) =>
        output.Split(Environment.NewLine).Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    private string Write(string text)
    {
        var path = Path.Combine(_folder, $"{Path.GetRandomFileName()}.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}

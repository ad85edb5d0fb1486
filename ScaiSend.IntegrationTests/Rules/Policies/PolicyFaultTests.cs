using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Policies.Reading;

namespace ScaiSend.IntegrationTests.Rules.Policies;

/// <summary>What is wrong with a policy file is said with line and column, and all of it at once.</summary>
public sealed class PolicyFaultTests
{
    private const string ATenant = "tnt_0199c0de000070008000000000000001";

    [Theory]
    [InlineData("", "1:1: the file is empty; write {} to let the starting set alone count")]
    [InlineData("# nothing\n", "1:1: the file is empty; write {} to let the starting set alone count")]
    [InlineData("- a\n", "1:1: The file is a list; allowed is a map of starting_set, defaults, providers, domains, tenants, rules")]
    [InlineData("speed: 1", "1:1: speed is no key; allowed are starting_set, defaults, providers, domains, tenants, rules")]
    [InlineData("starting_set: maybe", "1:15: starting_set is 'maybe'; allowed are true and false")]
    [InlineData("tlsrpt: {}", "1:1: tlsrpt is not supported yet")]
    [InlineData(
        "defaults:\n  tls: dane",
        "2:8: defaults.tls is 'dane', which is not supported yet; allowed are opportunistic, none, require, verify"
    )]
    [InlineData("defaults:\n  tls: maybe", "2:8: defaults.tls is 'maybe'; allowed are opportunistic, none, require, verify")]
    [InlineData("defaults:\n  connections: 0", "2:16: defaults.connections is '0'; allowed is a whole number from 1 to 1000")]
    [InlineData("defaults:\n  connections:", "2:15: defaults.connections is empty; allowed is a whole number from 1 to 1000")]
    [InlineData(
        "defaults:\n  messages_per_minute: [1]",
        "2:24: defaults.messages_per_minute is a list; allowed is a whole number from 1 to 1000000"
    )]
    [InlineData(
        "defaults:\n  retry:\n    give_up_after: 3",
        "3:20: defaults.retry.give_up_after is '3'; allowed is a duration from 1m to 30d, such as 90s, 5m, 4h or 1d12h"
    )]
    [InlineData(
        "defaults: { retry: { schedule: [] } }",
        "1:32: defaults.retry.schedule is an empty list; allowed is a list of waits such as [1m, 5m, 1h]"
    )]
    [InlineData(
        "defaults: { retry: { schedule: [1m, 8d] } }",
        "1:37: defaults.retry.schedule[2] is '8d'; allowed is a duration from 1s to 7d, such as 90s, 5m, 4h or 1d12h"
    )]
    // Misplaced.
    [InlineData("defaults: { transport: { host: a.test } }", "1:13: defaults.transport is misplaced; transport is allowed in domains")]
    [InlineData(
        "domains:\n  a.test: { connections: 1 }",
        "2:13: domains.a.test.connections is misplaced; connections is allowed in defaults and providers"
    )]
    [InlineData(
        "tenants:\n  " + ATenant + ": { tls: none }",
        "2:43: tenants." + ATenant + ".tls is misplaced; tls is allowed in defaults, providers and domains"
    )]
    [InlineData("connections: 1", "1:1: connections is misplaced; connections is allowed in defaults and providers")]
    [InlineData("defaults: { schedule: [1m] }", "1:13: defaults.schedule is misplaced; schedule is allowed in a retry section")]
    // Twice.
    [InlineData("defaults: {}\nrules: []\ndefaults: {}", "3:1: defaults is there already, in line 1")]
    [InlineData("domains:\n  a.test: {}\n  A.test: {}", "3:3: domains.A.test is there already, in line 2")]
    [InlineData("domains:\n  a.test: {}\n  a.test.: {}", "3:3: domains.a.test. is there already, written in another way")]
    // Names.
    [InlineData("domains:\n  a b: {}", "2:3: A key of domains is 'a b'; allowed is a host name such as mx.example.com or *.example.com")]
    [InlineData("tenants:\n  tnt_1: {}", "2:3: A key of tenants is 'tnt_1'; allowed is a tenant's id: tnt_ and 32 hexadecimal digits")]
    [InlineData(
        "providers:\n  own: {}",
        "2:3: providers.own has no mx, and the starting set knows no such provider; mx lists its mail hosts"
    )]
    [InlineData(
        "starting_set: false\nproviders:\n  google: {}",
        "3:3: providers.google has no mx, and the starting set knows no such provider; mx lists its mail hosts"
    )]
    [InlineData(
        "providers:\n  own: { mx: \"*.com\" }",
        "2:14: providers.own.mx is '*.com'; allowed is a host name such as mx.example.com or *.example.com"
    )]
    // Transport.
    [InlineData("domains: { a.test: { transport: { port: 25 } } }", "1:33: domains.a.test.transport has no host")]
    [InlineData(
        "domains: { a.test: { transport: { host: b.test, user: u } } }",
        "1:33: domains.a.test.transport has only one of user and password; allowed are both or none"
    )]
    [InlineData(
        "domains: { a.test: { transport: { host: b.test, user: u, password: p, password_env: PATH } } }",
        "1:33: domains.a.test.transport has password and password_env; allowed is one of them"
    )]
    [InlineData(
        "domains: { a.test: { transport: { host: b.test, user: u, password_env: NO_SUCH_THING } } }",
        "1:72: domains.a.test.transport.password_env names 'NO_SUCH_THING', which is not set in the environment"
    )]
    [InlineData(
        "domains: { a.test: { transport: { host: b.test, user: u, password: [secret] } } }",
        "1:68: domains.a.test.transport.password is empty, too long or no text; allowed is a text of 1 to 1000 characters"
    )]
    // Rules.
    [InlineData("rules: { a: b }", "1:8: rules is a map; allowed is a list of rules, each with name, when and then")]
    [InlineData("rules:\n  - name: a\n    when: { code: 550 }", "2:5: rules[1] has no then; a rule needs name, when and then")]
    [InlineData(
        "rules:\n  - { name: a, when: { code: 250 }, then: { defer: true } }",
        "2:30: rules[1].when.code is '250'; allowed is a code from 400 to 599 such as 450, a range such as 450-451, or 4xx"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: { code: 451-450 }, then: { defer: true } }",
        "2:30: rules[1].when.code is '451-450'; allowed is a code from 400 to 599 such as 450, a range such as 450-451, or 4xx"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: { enhanced: 4.7 }, then: { defer: true } }",
        "2:34: rules[1].when.enhanced is '4.7'; allowed is a code of three parts, each a number or *, such as 4.7.1 or 5.7.*"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: { at: rcpt }, then: { defer: true } }",
        "2:28: rules[1].when.at is 'rcpt'; allowed are connect, greeting, hello, tls, auth, mail, recipient, data, content"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: {}, then: { defer: true } }",
        "2:22: rules[1].when is empty; it needs at least one of code, enhanced, text and at"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: { code: 4xx }, then: {} }",
        "2:43: rules[1].then is empty; it needs at least one of defer, delay, bounce, slow_down and suspend_for"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: { code: 4xx }, then: { bounce: hard, delay: 5m } }",
        "2:43: rules[1].then has bounce together with defer or delay; allowed is one or the other"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: { code: 4xx }, then: { bounce: never } }",
        "2:53: rules[1].then.bounce is 'never'; allowed are hard, soft, block"
    )]
    [InlineData(
        "rules:\n  - { name: a, when: { code: 4xx }, then: { defer: true, first_attempts: 2 } }",
        "2:43: rules[1].then has first_attempts without delay, which they are about"
    )]
    // YAML itself.
    [InlineData(
        "domains:\n  *.a.test: {}",
        "2:3: this is not readable as YAML: aliases (*name) are not allowed; a text that begins with * is written in quotes, such as \"*.example.com\""
    )]
    [InlineData("defaults: &a {}", "1:11: this is not readable as YAML: anchors (&name) are not allowed")]
    [InlineData("defaults: !!map {}", "1:11: this is not readable as YAML: tags (!name) are not allowed")]
    [InlineData("{}\n---\n{}", "2:1: this is not readable as YAML: a second document begins; allowed is one")]
    public void A_fault_is_named_with_its_place_and_what_is_allowed(string text, string fault) => Assert.Equal([fault], FaultsIn(text));

    [Fact]
    public void All_faults_are_named_at_once_in_the_files_order()
    {
        var faults = FaultsIn("rules:\n  - name: a\ndefaults:\n  tls: x\n  connections: y\nproviders: []\n");

        Assert.Equal(["2:5", "2:5", "4:8", "5:16", "6:12"], faults.Select(fault => string.Join(':', fault.Split(':', 3)[..2])));
    }

    [Theory]
    [InlineData("defaults:\n\tx: 1")]
    [InlineData("defaults: {")]
    [InlineData("defaults: \"abc")]
    [InlineData("a: b: c")]
    [InlineData("}")]
    public void What_is_no_YAML_is_refused_with_its_line(string text) =>
        Assert.Matches(@"^[1-9][0-9]*:[1-9][0-9]*: this is not readable as YAML: .+", Assert.Single(FaultsIn(text)));

    [Fact]
    public void Two_rules_of_one_name_are_refused_wherever_they_stand()
    {
        const string Rule = "{ name: same, when: { code: 4xx }, then: { slow_down: true } }";

        Assert.Equal(
            ["4:13: rules[1].name is 'same' like the rule in line 2; each rule needs a name of its own"],
            FaultsIn($"providers: {{ own: {{ mx: a.test, rules: [\n{Rule}] }} }}\nrules:\n  - {Rule}")
        );
    }

    [Fact]
    public void Deep_nesting_and_huge_texts_are_refused()
    {
        Assert.Contains("nested too deep", Assert.Single(FaultsIn(new string('[', 10_000))), StringComparison.Ordinal);
        Assert.Contains("longer than", Assert.Single(FaultsIn(new string(' ', PolicyText.Longest + 1))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_nothing_but_faults_ends_with_a_hundred() =>
        Assert.Equal(100, FaultsIn(string.Concat(Enumerable.Range(0, 500).Select(i => $"a{i}: 1\n"))).Count);

    [Fact]
    public void A_secret_is_never_shown() =>
        Assert.DoesNotContain(
            "hunter2",
            string.Join(' ', FaultsIn("domains: { a.test: { transport: { host: [x], password: hunter2 } } }")),
            StringComparison.Ordinal
        );

    private static IReadOnlyList<string> FaultsIn(string text)
    {
        var reading = PolicyText.Read(text, StartingSet.Policy);
        Assert.Null(reading.Policy);
        return [.. reading.Faults.Select(fault => fault.ToString())];
    }
}

using CsCheck;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Policies.Reading;

namespace ScaiSend.IntegrationTests.Rules.Policies;

/// <summary>What a policy that is right says.</summary>
public sealed class PolicyMeaningTests
{
    private static readonly Guid Tenant = new("0199c0de-0000-7000-8000-000000000001");

    private const string Everything = """
        defaults:
          retry: { schedule: [1m, 5m], give_up_after: 3d }
          connections: 20
          messages_per_minute: 600
          tls: opportunistic
        providers:
          own:
            mx: ["mx.own.test", "*.mx.own.test"]
            retry: { schedule: [2m] }
            connections: 3
            rules:
              - name: own-busy
                when: { code: 450-451, enhanced: "4.7.*", text: "BUSY now", at: recipient }
                then: { delay: 90s, first_attempts: 2, slow_down: true, suspend_for: 1h30m }
        domains:
          Bücher.test: { tls: verify, retry: { give_up_after: 1d } }
          "*.below.test": { tls: none }
          relayed.test: { transport: { host: relay.test, port: 587, user: me, password: secret } }
        tenants:
          tnt_0199c0de000070008000000000000001: { retry: { give_up_after: 4h } }
        rules:
          - { name: full, when: { code: 4xx, enhanced: 4.2.2 }, then: { bounce: soft } }
        """;

    [Fact]
    public void Everything_that_is_said_is_read()
    {
        var policy = Read("starting_set: false\n" + Everything);

        Assert.Equal(
            (20, 600, TlsMode.Opportunistic),
            (policy.Defaults.Connections, policy.Defaults.MessagesPerMinute, policy.Defaults.Tls)
        );
        var own = Assert.Single(policy.Providers);
        Assert.Equal(["mx.own.test", "*.mx.own.test"], own.MxPatterns);
        var rule = Assert.Single(own.Rules);
        Assert.Equal((450, 451), rule.When.Code);
        Assert.Equal(
            new ReplyAction
            {
                Defer = true,
                Delay = TimeSpan.FromSeconds(90),
                FirstAttempts = 2,
                SlowDown = true,
                SuspendFor = TimeSpan.FromMinutes(90),
            },
            rule.Then
        );
        Assert.Equal(new Transport("relay.test", 587, "me", "secret"), policy.For(null, "RELAYED.test", null).Transport);
        Assert.Equal(TlsMode.Verify, policy.For(null, "xn--bcher-kva.test", null).Tls);
        Assert.Equal(TlsMode.None, policy.For(null, "a.b.below.test", null).Tls);
        Assert.Equal(TlsMode.Opportunistic, policy.For(null, "below.test", null).Tls);
        Assert.Equal(BounceClass.Soft, Assert.Single(policy.Rules).Then.Bounce);
    }

    [Theory]
    [InlineData("own", "x.test", false, 2, "3d")]
    [InlineData("other", "x.test", false, 1, "3d")]
    [InlineData("own", "xn--bcher-kva.test", false, 2, "1d")]
    [InlineData("own", "xn--bcher-kva.test", true, 2, "4h")]
    [InlineData(null, "x.test", true, 1, "4h")]
    public void The_more_special_wins(string? provider, string domain, bool isOfTenant, int firstMinutes, string giveUp)
    {
        var handling = Read(Everything).For(provider, domain, isOfTenant ? Tenant : null);

        Assert.Equal((TimeSpan.FromMinutes(firstMinutes), giveUp), (handling.Schedule![0], Durations.Show(handling.GiveUpAfter!.Value)));
    }

    [Theory]
    [InlineData(450, "4.7.1", "we are busy NOW, sorry", "recipient", "own-busy")]
    [InlineData(451, "4.7.650", "busy now", "recipient", "own-busy")]
    [InlineData(452, "4.7.1", "busy now", "recipient", null)]
    [InlineData(450, "4.2.1", "busy now", "recipient", null)]
    [InlineData(450, null, "busy now", "recipient", null)]
    [InlineData(450, "4.7.1", "idle", "recipient", null)]
    [InlineData(450, "4.7.1", "busy now", "mail", null)]
    [InlineData(452, "4.2.2", "full", "recipient", "full")]
    [InlineData(452, "4.2.02", "full", "content", "full")]
    public void A_rule_is_about_a_reply_when_all_that_it_says_is_so(int code, string? enhanced, string text, string at, string? rule) =>
        Assert.Equal(rule, Read("starting_set: false\n" + Everything).RuleFor("own", new ReceivedReply(code, enhanced, text, at))?.Name);

    [Fact]
    public void A_connection_without_a_reply_is_met_only_by_a_rule_that_says_where()
    {
        var policy = Read(
            """
            starting_set: false
            rules:
              - { name: words, when: { text: refused }, then: { slow_down: true } }
              - { name: place, when: { at: connect, text: refused }, then: { suspend_for: 5m } }
            """
        );

        Assert.Equal("place", policy.RuleFor(null, new ReceivedReply(null, null, "connection refused", "connect"))?.Name);
        Assert.Null(policy.RuleFor(null, new ReceivedReply(null, null, "connection refused", "hello")));
        Assert.Equal("words", policy.RuleFor(null, new ReceivedReply(451, null, "refused", "connect"))?.Name);
    }

    [Fact]
    public void The_starting_set_counts_below_the_file()
    {
        var policy = Read(
            """
            providers:
              mine: { mx: ["*.l.google.com"] }
              yahoo: { connections: 2, rules: [{ name: yahoo-mine, when: { code: 421 }, then: { delay: 1h } }] }
            rules:
              - { name: greylisted, when: { code: 4xx, text: greylist }, then: { delay: 1m } }
            """
        );

        Assert.Equal("mine", policy.ListedProviderOf(["aspmx.l.google.com"])?.Name);
        Assert.Equal("google", policy.ListedProviderOf(["aspmx2.googlemail.com"])?.Name);
        var yahoo = policy.FindProvider("yahoo")!;
        Assert.Equal(2, yahoo.Handling.Connections);
        Assert.True(yahoo.Runs("mta5.am0.yahoodns.net"));
        Assert.Equal(["yahoo-mine", "yahoo-unexpected-volume", "yahoo-greylisted"], yahoo.Rules.Select(rule => rule.Name));
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(policy.Rules, rule => rule.Name == "greylisted").Then.Delay);
        Assert.Contains(policy.Rules, rule => rule.Name == "too-fast");
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("starting_set: true", true)]
    [InlineData("starting_set: false", false)]
    public void The_starting_set_can_be_switched_off(string text, bool counts) =>
        Assert.Equal(counts, Read(text).FindProvider("google") is not null);

    [Fact]
    public void JSON_will_do() =>
        Assert.Equal(
            [TimeSpan.FromMinutes(1), TimeSpan.FromHours(36)],
            Read("""{ "defaults": { "retry": { "schedule": ["1m", "1d12h"] } } }""").Defaults.Schedule!
        );

    [Fact]
    public void The_starting_set_is_right_and_large() => Assert.True(StartingSet.Policy.Providers.Count >= 12);

    [Theory]
    [InlineData("gmail-smtp-in.l.google.com", "google")]
    [InlineData("hotmail-com.olc.protection.outlook.com", "outlook")]
    [InlineData("contoso-com.mail.protection.outlook.com", "exchange-online")]
    [InlineData("contoso-com.a-v1.mx.microsoft", "exchange-online")]
    [InlineData("mta7.am0.yahoodns.net", "yahoo")]
    [InlineData("mx-aol.mail.gm0.yahoodns.net", "yahoo")]
    [InlineData("mx01.mail.icloud.com", "icloud")]
    [InlineData("mx00.gmx.net", "gmx")]
    [InlineData("mx-ha02.web.de", "gmx")]
    [InlineData("mx1.comcast.net", "comcast")]
    [InlineData("eu-smtp-inbound-1.mimecast.com", "mimecast")]
    [InlineData("mx0a-00123456.pphosted.com", "proofpoint")]
    [InlineData("MX00.T-ONLINE.DE", "telekom")]
    [InlineData("mx.example.org", null)]
    [InlineData("google.com.example.org", null)]
    public void Large_providers_are_known_by_their_hosts(string host, string? provider) =>
        Assert.Equal(provider, StartingSet.Policy.ListedProviderOf([host])?.Name);

    [Fact]
    public void A_pattern_that_would_take_for_ever_decides_nothing()
    {
        // Look-behind needs a matcher that backtracks.
        var policy = Read("starting_set: false\nrules:\n  - { name: evil, when: { text: \"(?<=x)(a+)+$\" }, then: { bounce: hard } }");

        Assert.Null(policy.RuleFor(null, new ReceivedReply(450, null, "x" + new string('a', 900) + "!", "recipient")));
    }

    private static readonly TimeSpan[][] Schedules = [.. Enumerable.Range(0, 4).Select(i => new[] { TimeSpan.FromMinutes(i) })];
    private static readonly Transport[] Transports = [.. Enumerable.Range(0, 4).Select(i => new Transport("a.test", i))];

    private static readonly Gen<Handling> AnyHandling = Gen.Select(
        Gen.Int[1, 3].Nullable(),
        Gen.Int[1, 3].Nullable(),
        Gen.Int[1, 3].Nullable(),
        Gen.Enum<TlsMode>().Nullable(),
        (a, b, c, tls) =>
            new Handling
            {
                GiveUpAfter = a is { } hours ? TimeSpan.FromHours(hours) : null,
                Schedule = a is { } minutes ? Schedules[minutes] : null,
                Connections = b,
                MessagesPerMinute = c,
                Tls = tls,
                Transport = c is { } port ? Transports[port] : null,
            }
    );

    [Fact]
    public void Laying_handlings_over_each_other_may_be_grouped_in_any_way() =>
        Gen.Select(AnyHandling, AnyHandling, AnyHandling).Sample((a, b, c) => Assert.Equal(a.Over(b).Over(c), a.Over(b.Over(c))));

    [Fact]
    public void Each_value_is_that_of_the_most_special_handling_that_has_one() =>
        Gen.Select(AnyHandling, AnyHandling, AnyHandling, AnyHandling)
            .Sample(
                (defaults, provider, domain, tenant) =>
                {
                    var policy = new DeliveryPolicy
                    {
                        Defaults = defaults,
                        Providers = [new ProviderPolicy("p", ["mx.p.test"], provider, [])],
                        Domains = new Dictionary<string, Handling> { ["d.test"] = domain },
                        Tenants = new Dictionary<Guid, Handling> { [Tenant] = tenant },
                    };
                    var handling = policy.For("p", "d.test", Tenant);
                    Handling[] fromSpecial = [tenant, domain, provider, defaults];
                    Assert.Equal(fromSpecial.Select(h => h.GiveUpAfter).FirstOrDefault(v => v is not null), handling.GiveUpAfter);
                    Assert.Equal(fromSpecial.Select(h => h.Connections).FirstOrDefault(v => v is not null), handling.Connections);
                    Assert.Equal(fromSpecial.Select(h => h.Tls).FirstOrDefault(v => v is not null), handling.Tls);
                    Assert.Equal(fromSpecial.Select(h => h.Schedule).FirstOrDefault(v => v is not null), handling.Schedule);
                    Assert.Equal(fromSpecial.Select(h => h.Transport).FirstOrDefault(v => v is not null), handling.Transport);
                    Assert.Equal(defaults, policy.For("other", "e.test", Guid.Empty));
                }
            );

    private static DeliveryPolicy Read(string text)
    {
        var reading = PolicyText.Read(text, StartingSet.Policy);
        Assert.Empty(reading.Faults);
        return reading.Policy!;
    }
}

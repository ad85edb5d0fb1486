using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Rules.Repository;
using ScaiSend.Platform.Policies;

namespace ScaiSend.IntegrationTests.Rules.Delivery;

/// <summary>Replies of real servers, one file a provider, with what must come of them; <c>Replies/README.md</c> explains the files.</summary>
public sealed class RecordedReplies
{
    private const string Folder = "ScaiSend.IntegrationTests/Rules/Delivery/Replies";

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var path in RepositoryFiles.With(".txt").Where(path => path.StartsWith(Folder, StringComparison.Ordinal)))
            foreach (var block in RepositoryFiles.Read(path).ReplaceLineEndings("\n").Split("\n\n")[1..])
                data.Add(Path.GetFileName(path), block.Trim('\n'));
            return data;
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_recorded_reply_leads_where_its_file_says(string file, string recorded)
    {
        var lines = recorded.Split('\n');
        var heading = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(">", heading[0]);
        var (step, outcome, rule) = (heading[1], heading[3], heading.ElementAtOrDefault(4));
        var provider = StartingSet.Policy.ListedProviderOf([Header(file, "mx")!])?.Name;
        var answer = new Answer.Reply(
            StepOf(step),
            int.Parse(lines[1].AsSpan(0, 3), null),
            string.Join('\n', lines[1..].Select(l => l[4..]))
        );

        var decided = ReplyVerdict.Of(answer, step, StartingSet.Policy, provider);

        Assert.Equal(Header(file, "provider"), provider);
        Assert.Equal((outcome, rule), (NameOf(decided.Verdict), decided.Rule?.Name));
    }

    [Fact]
    public void Every_rule_of_the_starting_set_has_a_recorded_reply()
    {
        var recorded = All.Select(row => row.Data.Item2.Split('\n')[0].Split(' ').Last()).ToHashSet();
        var rules = StartingSet.Policy.Rules.Concat(StartingSet.Policy.Providers.SelectMany(provider => provider.Rules));

        Assert.Empty(rules.Select(rule => rule.Name).Except(recorded));
    }

    [Theory]
    [InlineData("250 2.0.0 Ok, greylisted no more")]
    [InlineData("250 too many connections")]
    public void What_was_accepted_is_delivered_whatever_a_rule_says(string reply)
    {
        var policy = new DeliveryPolicy
        {
            Rules =
            [
                .. StartingSet.Policy.Rules,
                new ReplyRule("all", new ReplyPattern { At = "content" }, new ReplyAction { Bounce = BounceClass.Hard }),
            ],
        };

        var decided = ReplyVerdict.Of(new Answer.Reply(SmtpStep.Acceptance, 250, reply[4..]), "content", policy, null);

        Assert.Equal((new Verdict.Delivered(), null), (decided.Verdict, decided.Rule));
    }

    [Theory]
    [InlineData(550, "bounce: soft", "soft")]
    [InlineData(450, "bounce: hard", "hard")]
    [InlineData(550, "defer: true", "defer")]
    [InlineData(550, "delay: 5m", "defer")]
    [InlineData(550, "slow_down: true", "hard")]
    [InlineData(450, "suspend_for: 1h", "defer")]
    public void A_rule_turns_a_refusal_into_a_deferral_and_back(int code, string then, string outcome)
    {
        var text = $"rules: [{{ name: mine, when: {{ text: magic }}, then: {{ {then} }} }}]";
        var policy = ScaiSend.Platform.Policies.Reading.PolicyText.Read(text, StartingSet.Policy).Policy!;

        var decided = ReplyVerdict.Of(new Answer.Reply(SmtpStep.Recipient, code, "magic words"), "recipient", policy, null);

        Assert.Equal((outcome, "mine"), (NameOf(decided.Verdict), decided.Rule?.Name));
        Assert.Equal(then == "delay: 5m" ? TimeSpan.FromMinutes(5) : null, (decided.Verdict as Verdict.Deferred)?.RetryAfter);
    }

    [Fact]
    public void Trouble_of_our_own_meets_no_rule()
    {
        var policy = new DeliveryPolicy
        {
            Rules = [new ReplyRule("all", new ReplyPattern { At = "mail" }, new ReplyAction { Bounce = BounceClass.Hard })],
        };

        Assert.Null(ReplyVerdict.Of(new Answer.Trouble(TroubleKind.Storage, "away"), "mail", policy, null).Rule);
        Assert.NotNull(ReplyVerdict.Of(new Answer.Trouble(TroubleKind.TimedOut, "silent"), "mail", policy, null).Rule);
    }

    private static string? Header(string file, string name) =>
        RepositoryFiles
            .Read(Path.Combine(Folder, file))
            .ReplaceLineEndings("\n")
            .Split("\n\n")[0]
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))
            ?[(name.Length + 2)..];

    private static SmtpStep StepOf(string word) => word == "content" ? SmtpStep.Acceptance : Enum.Parse<SmtpStep>(word, ignoreCase: true);

    private static string NameOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.Delivered => "delivered",
            Verdict.Deferred => "defer",
            Verdict.Bounced bounced => bounced.Class.ToString().ToLowerInvariant(),
            _ => throw new InvalidOperationException($"{verdict} is no verdict"),
        };
}

using System.Globalization;
using System.Text.RegularExpressions;
using ScaiSend.Cli.Queue;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Policies;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Cli.Policy;

/// <summary>Says in words what a reply leads to.</summary>
internal sealed partial record Explanation(string To, string Reply, string At, int Attempt, string? Mx, string? Tenant, string? File)
{
    public async Task WriteAsync(TextWriter output, bool asJson, IEnumerable<string> sets, CancellationToken cancellationToken)
    {
        var (answer, domain, tenantId) = (ReadReply(), ReadDomain(), ReadTenant());
        await using var setup = await PolicySetup.BuildAsync(sets, cancellationToken);
        var policy = File is null ? setup.InForce : PolicyFiles.Read(new PolicyFile(File));
        // As delivery does: what has a transport goes there, whatever its MX records say.
        var provider =
            Mx is null && MailRoutes.TransportBeforeDns(policy, domain, tenantId) is { } transport
                ? MailRoutes.To(transport).Provider
                : await ProviderAsync(setup, policy, domain, cancellationToken);
        var decision = Decision.Of(policy, setup.Get<RetrySchedule>(), new JudgedReply(answer, At, provider, domain, tenantId, Attempt));

        if (asJson)
        {
            await output.WriteLineAsync(OperatorCommand.ToJson(Body(policy, provider, decision)));
            return;
        }
        var lines = new List<(string, string)>
        {
            ("provider", policy.FindProvider(provider) is null ? $"{provider} (not listed)" : provider),
            ("rule", RuleOf(policy, provider, decision.Rule)),
            ("outcome", decision.Outcome),
        };
        if (decision.Verdict is Verdict.Deferred)
            lines.AddRange([
                ("next attempt", NextAttempt(decision)),
                ("given up", $"{Durations.Show(decision.GiveUpAfter)} after acceptance or send_at"),
            ]);
        lines.Add(("pace", decision.Pace.Length > 0 ? decision.Pace : "nothing changes it"));
        foreach (var (name, value) in lines)
            await output.WriteLineAsync($"{name + ":", -14}{value}");
    }

    private static object Body(DeliveryPolicy policy, string provider, Decision decision) =>
        new
        {
            provider,
            provider_listed = policy.FindProvider(provider) is not null,
            rule = decision.Rule?.Name,
            outcome = decision.Outcome,
            next_attempt_after = decision.Wait is { } wait ? Durations.Show(wait) : null,
            give_up_after = decision.Verdict is Verdict.Deferred ? Durations.Show(decision.GiveUpAfter) : null,
            slows_down = decision.SlowsDown,
            suspends_for = decision.Rule?.Then.SuspendFor is { } pause ? Durations.Show(pause) : null,
        };

    private string NextAttempt(Decision decision) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Durations.Show(decision.Wait!.Value)} after attempt {Attempt}, by {(decision.Rule?.Then.DelayAfter(Attempt) is null ? "the schedule" : "the rule")}"
        );

    private static string RuleOf(DeliveryPolicy policy, string provider, ReplyRule? rule) =>
        rule is null ? "none; the codes and words decide"
        : policy.FindProvider(provider)?.Rules.Contains(rule) == true ? $"{rule.Name} (of the provider)"
        : $"{rule.Name} (general)";

    private async Task<string> ProviderAsync(PolicySetup setup, DeliveryPolicy policy, string domain, CancellationToken cancellationToken)
    {
        var hosts = Mx is { } mx
            ? [new MxHost(mx.TrimEnd('.').ToLowerInvariant(), 25)]
            : await setup.Get<MxLookup>().FindAsync(domain, cancellationToken) switch
            {
                MxRoute.ToHosts { Provider: "smarthost" } => throw new SettingsException(
                    "A smarthost takes all mail, so the domain's hosts are not looked up; say one with --mx"
                ),
                MxRoute.ToHosts route => route.Hosts,
                MxRoute.Refused refused => throw new SettingsException($"{domain} has no mail host: {refused.Reason}; say one with --mx"),
                MxRoute.Unknown unknown => throw new SettingsException($"{unknown.Reason}; say a mail host with --mx"),
                var other => throw new InvalidOperationException($"{other} is no route"),
            };
        return policy.ListedProviderOf(hosts.Select(host => host.Name))?.Name ?? ProviderNames.Of(hosts);
    }

    private Answer.Reply ReadReply()
    {
        if (Attempt is < 1 or > 1000)
            throw new SettingsException($"--attempt is {Attempt}; allowed is a number from 1 to 1000");
        if (PolicySteps.Find(At) is not { } step)
            throw new SettingsException($"--at is '{At}'; allowed are {string.Join(", ", PolicySteps.Words)}");
        if (WrittenReply().Match(Reply) is not { Success: true } match)
            throw new SettingsException(
                $"--reply is '{Reply}'; allowed is a code of 400 to 599 and a text, such as \"451 4.7.1 Try again later\""
            );
        return new Answer.Reply(step, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match.Groups[2].Value);
    }

    private string ReadDomain()
    {
        var at = To.LastIndexOf('@');
        try
        {
            return at < 1 ? throw new ArgumentException(To) : new IdnMapping().GetAscii(To[(at + 1)..].TrimEnd('.')).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            throw new SettingsException($"--to is '{To}'; allowed is an address such as ada@example.org");
        }
    }

    private Guid? ReadTenant() =>
        Tenant is null ? null
        : Ids.TryRead(Ids.Tenant, Tenant, out var id) ? id
        : throw new SettingsException($"--tenant is '{Tenant}'; allowed is {Ids.Tenant} and 32 hexadecimal digits");

    [GeneratedRegex(@"\A\s*([45][0-9]{2})(?:[ -](.*))?\z", RegexOptions.Singleline)]
    private static partial Regex WrittenReply();
}

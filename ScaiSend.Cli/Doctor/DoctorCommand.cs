using System.CommandLine;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Identity;
using ScaiSend.Cli.Queue;
using ScaiSend.Platform;
using ScaiSend.Platform.Dns;

namespace ScaiSend.Cli.Doctor;

/// <summary><c>scaisend doctor --domain</c>: why receivers might not like our mail, and what to do. It changes nothing.</summary>
public static class DoctorCommand
{
    /// <summary>Exit code when something is bad.</summary>
    public const int Ill = 4;

    public static Command New()
    {
        var domain = new Option<string>("--domain") { Description = "A sender domain", Required = true };
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant's domain: its id (tnt_…) or short name" };
        var probe = new Option<string?>("--probe")
        {
            Description = "A domain whose mail server is connected to; else the sender domain itself",
        };
        return OperatorCommand.New(
            "doctor",
            "Checks a sender domain's records, the names and blocklists of our addresses, the return path and port 25",
            [domain, tenant, probe],
            async (parsed, context, cancellationToken) =>
            {
                var name = MailDomain.Spell(parsed.GetValue(domain)!.Trim().TrimEnd('.'));
                if (Uri.CheckHostName(name) != UriHostNameType.Dns)
                    throw new WrongArgumentException($"--domain is '{name}'; allowed is a domain name, such as example.com");
                Guid? tenantId = parsed.GetValue(tenant) is { } text
                    ? await TenantCommands.IdAsync(context, text, cancellationToken)
                    : null;
                var dns = new DoctorDns(context.Get<Resolver>());
                IReadOnlyList<Finding> findings =
                [
                    .. await ActivatorUtilities
                        .CreateInstance<DomainDoctor>(context.Services, dns)
                        .LookAsync(name, tenantId, cancellationToken),
                    .. await ActivatorUtilities
                        .CreateInstance<ServerDoctor>(context.Services, dns)
                        .LookAsync(parsed.GetValue(probe) ?? name, cancellationToken),
                ];
                var isIll = findings.Any(f => f.Health == Health.Bad);
                await context.PrintAsync(Body(name, isIll, findings), () => Text(findings));
                return isIll ? Ill : 0;
            }
        );
    }

    private static object Body(string domain, bool isIll, IReadOnlyList<Finding> findings) =>
        new
        {
            domain,
            healthy = !isIll,
            checks = findings.Select(f => new
            {
                what = f.What,
                health = f.Health.ToString().ToLowerInvariant(),
                expected = f.Expected,
                found = f.Found,
                hint = f.Hint,
            }),
        };

    private static string Text(IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            text.Append(Sign(finding.Health)).Append("  ").Append(finding.What).Append('\n');
            if (finding.Health != Health.Good && finding.Expected is { } expected)
                text.Append("       expected  ").Append(expected).Append('\n');
            if (finding.Found is { } found)
                text.Append("       found     ").Append(found).Append('\n');
            if (finding.Hint is { } hint)
                text.Append("       ").Append(hint).Append('\n');
        }
        var bad = findings.Count(f => f.Health == Health.Bad);
        return text.Append('\n').Append(bad == 0 ? "Nothing is bad.\n" : $"{bad} of {findings.Count} checks are bad.\n").ToString();
    }

    private static string Sign(Health health) =>
        health switch
        {
            Health.Good => "good ",
            Health.Doubtful => "look ",
            Health.Bad => "BAD  ",
            _ => "?    ",
        };
}

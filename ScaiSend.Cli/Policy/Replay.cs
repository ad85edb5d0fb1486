using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Cli.Policy;

/// <summary>
/// Judges recorded attempts twice, by the policy in force and by another one, and reports where they differ.
/// Reads along the primary key and remembers groups only, so it may look back as far as it likes.
/// </summary>
internal sealed class Replay(DeliveryPolicy inForce, DeliveryPolicy candidate, RetrySchedule fallback)
{
    /// <summary>Mail may be accepted so long before it is to be sent (<c>send_at</c>).</summary>
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromHours(72);

    public static readonly TimeSpan LongestLookBack = TimeSpan.FromDays(90);

    /// <exception cref="SettingsException">An argument or a setting is wrong, or the database is away.</exception>
    public static async Task<PolicyDryRun> RunAsync(
        string file,
        string since,
        IEnumerable<string> sets,
        CancellationToken cancellationToken
    )
    {
        if (!Durations.TryRead(since, out var back) || back <= TimeSpan.Zero || back > LongestLookBack)
            throw new SettingsException(
                $"--since is '{since}'; allowed is a duration up to {Durations.Show(LongestLookBack)}, such as 24h"
            );
        var candidate = PolicyFiles.Read(new PolicyFile(file));
        await using var setup = await PolicySetup.BuildAsync(sets, cancellationToken);
        var replay = new Replay(setup.InForce, candidate, setup.Get<RetrySchedule>());
        try
        {
            return await replay.RunAsync(setup.Get<MailDatabase>(), setup.Get<TimeProvider>(), back, cancellationToken, cancellationToken);
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } fault)
        {
            throw new SettingsException(fault);
        }
    }

    /// <summary>How a running process does it.</summary>
    public static DryRunPolicy In(IServiceProvider services) =>
        async (candidate, back, limit, cancellationToken) =>
        {
            var time = services.GetRequiredService<TimeProvider>();
            var replay = new Replay(
                services.GetRequiredService<CurrentPolicy>().Value,
                candidate,
                services.GetRequiredService<RetrySchedule>()
            );
            using var timer = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            return await replay.RunAsync(services.GetRequiredService<MailDatabase>(), time, back, either.Token, cancellationToken);
        };

    /// <param name="until">Ends the reading, not the answer.</param>
    private async Task<PolicyDryRun> RunAsync(
        MailDatabase database,
        TimeProvider time,
        TimeSpan back,
        CancellationToken until,
        CancellationToken cancellationToken
    )
    {
        var from = time.GetUtcNow() - back;
        var report = new ReplayReport();
        var isComplete = false;
        try
        {
            await foreach (
                var attempt in RecordedAttempts.NotDeliveredSinceAsync(database, from, from - LongestLife - FurthestAhead, until)
            )
                Judge(attempt, report);
            isComplete = true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested) { }
        return report.Result(isComplete);
    }

    internal void Judge(RecordedAttempt attempt, ReplayReport report)
    {
        if (AnswerOf(attempt) is not { } answer)
        {
            report.CountUnjudged();
            return;
        }
        var (before, after) = (Decide(inForce, attempt, answer), Decide(candidate, attempt, answer));
        report.Add(attempt, Name(attempt), before, after);
    }

    private TimeSpan LongestLife =>
        new[] { inForce, candidate }
            .SelectMany(policy =>
                policy.Domains.Values.Concat(policy.Tenants.Values).Concat(policy.Providers.Select(p => p.Handling)).Append(policy.Defaults)
            )
            .Select(handling => handling.GiveUpAfter ?? TimeSpan.Zero)
            .Append(fallback.DefaultGiveUpAfter)
            .Max();

    private Decision Decide(DeliveryPolicy policy, RecordedAttempt attempt, Answer answer) =>
        Decision.Of(
            policy,
            fallback,
            new JudgedReply(
                answer,
                attempt.Step ?? (attempt.ReplyCode is null ? null : "recipient"),
                ProviderIn(policy, attempt),
                MailDomain.Of(attempt.Recipient),
                attempt.TenantId,
                attempt.Number
            )
            {
                Age = attempt.Age,
            }
        );

    // Only replies of receivers can be judged anew, and connections that failed for now.
    private static Answer? AnswerOf(RecordedAttempt attempt) =>
        attempt.ReplyCode is { } code
            ? new Answer.Reply(PolicySteps.Find(attempt.Step ?? "recipient") ?? SmtpStep.Recipient, code, attempt.Reply)
        : attempt.Outcome == "deferred"
            ? new Answer.Trouble(attempt.Step is null ? TroubleKind.NameNotResolved : TroubleKind.Network, attempt.Reply)
        : null;

    private static string? ProviderIn(DeliveryPolicy policy, RecordedAttempt attempt) =>
        attempt.MxHost is { } host ? policy.ListedProviderOf([host])?.Name ?? attempt.Provider : attempt.Provider;

    // Names of providers that nobody listed are as many as there are domains.
    private string Name(RecordedAttempt attempt) =>
        ProviderIn(candidate, attempt) is { } provider && candidate.FindProvider(provider) is not null ? provider : "others";
}

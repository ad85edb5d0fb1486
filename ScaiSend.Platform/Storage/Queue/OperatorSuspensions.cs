using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>Suspensions as operators add and lift them: each leaves an audit entry.</summary>
public sealed class OperatorSuspensions(SuspensionTable table, AuditLog audit)
{
    /// <summary>Longest name of a provider.</summary>
    public const int MaxProvider = 255;

    /// <summary>A suspension that somebody forgot ends after this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public async Task<Suspension> AddAsync(
        string provider,
        string? source,
        TimeSpan lasts,
        string reason,
        Operator who,
        CancellationToken cancellationToken
    )
    {
        var added = await table.AddAsync(provider, source, lasts, $"{reason} ({who.Name})", null, cancellationToken);
        await audit.AddDoneAsync("suspend", new SuspendedProvider(added.Id, provider, source), reason, who, cancellationToken);
        return added;
    }

    /// <summary>False when there is no such suspension, or when it is over already.</summary>
    public async Task<bool> LiftAsync(Guid id, string reason, Operator who, CancellationToken cancellationToken)
    {
        if (await table.LiftAsync(id, who.Name, cancellationToken) is not { } lifted)
            return false;
        await audit.AddDoneAsync("lift", new SuspendedProvider(id, lifted.Provider, lifted.Source), reason, who, cancellationToken);
        return true;
    }

    private sealed record SuspendedProvider(Guid SuspensionId, string Provider, string? SourceAddress);
}

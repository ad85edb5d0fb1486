using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage.Policies;

namespace ScaiSend.Platform.Policies;

/// <summary>
/// Puts a changed policy file in force. Goes by the content, so that it does not matter how the file is replaced (written over, renamed, a symbolic link turned).
/// A file that is wrong, or gone, is refused: the policy before stays. A revision that was put in force for all nodes counts instead of the file.
/// </summary>
public sealed class PolicyReload(
    CurrentPolicy current,
    PolicyFile file,
    PolicyRevisions revisions,
    TimeProvider time,
    ILogger<PolicyReload> log
) : BackgroundService
{
    /// <summary>How often the file is looked at. A change counts when two looks in a row find the same: half-written files do not.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long a starting process waits for the database to say which revision counts; after that the file does, until it is known.</summary>
    public static readonly TimeSpan FirstLookLimit = TimeSpan.FromSeconds(5);

    private const int MostErrorsLogged = 20;

    private int _looks;
    private string? _known;
    private string? _seen;
    private int _revision;
    private bool _hasText;
    private bool _isAway;

    /// <summary>How many looks there were.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>No decision is made by the file while a revision counts.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FirstLookLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await LookForRevisionAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested) { }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await looks.WaitForNextTickAsync(stoppingToken))
            {
                // A clock that is turned on by hand must not wait for the database at each tick.
                await Task.Yield();
                await LookForRevisionAsync(stoppingToken);
                if (!_hasText)
                    Look();
                Interlocked.Increment(ref _looks);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    // While the database is away, what counted goes on to count.
    private async Task LookForRevisionAsync(CancellationToken cancellationToken)
    {
        PolicyRevision? newest;
        try
        {
            var number = await revisions.NewestAsync(cancellationToken);
            newest = number == _revision ? null : await revisions.FindAsync(number, cancellationToken);
        }
        catch (Exception e) when (e is DbException or TimeoutException || e.InnerException is DbException)
        {
            if (!_isAway)
                log.LogWarning(
                    "The database does not say which delivery policy counts; {Hash} stays in force",
                    Shown(current.InForce.Hash)
                );
            _isAway = true;
            return;
        }
        _isAway = false;
        if (newest is null)
            return;
        (_revision, _hasText) = (newest.Number, newest.Text is not null);
        // What the file says is new again when it counts again.
        (_known, _seen) = (null, null);
        if (newest.Text is { } text)
            Take(newest, text);
    }

    private void Take(PolicyRevision revision, string text)
    {
        try
        {
            current.Replace(PolicyFile.Read(revision, text, time.GetUtcNow()));
            log.LogInformation("The delivery policy {Hash} is in force, a revision for all nodes", current.InForce.Hash);
        }
        catch (PolicyException e)
        {
            Refuse(e.Errors);
        }
    }

    private void Look()
    {
        // One string stands for what was found, be it a text, its absence, or why it cannot be read.
        string? text = null;
        PolicyException? trouble = null;
        try
        {
            text = file.ReadText();
        }
        catch (PolicyException e)
        {
            trouble = e;
        }
        var found = trouble?.Message ?? text ?? "";
        if (found == _known || found != _seen)
        {
            _seen = found;
            return;
        }
        _known = found;
        Take(text, trouble);
    }

    private void Take(string? text, PolicyException? trouble)
    {
        try
        {
            if (trouble is not null)
                throw trouble;
            if (text is null && current.InForce.File is not null)
                throw new PolicyException([$"{file.Path}: the file is gone"]);
            var next = file.Read(text, time.GetUtcNow());
            if (next.Hash == current.InForce.Hash && current.InForce is { LoadedAt: not null, LastRefusal: null, Revision: null })
                return;
            current.Replace(next);
            log.LogInformation("The delivery policy {Hash} is in force", next.Hash);
        }
        catch (PolicyException e)
        {
            Refuse(e.Errors);
        }
    }

    private void Refuse(IReadOnlyList<string> errors)
    {
        IReadOnlyList<string> shown = [.. errors.Take(MostErrorsLogged)];
        current.Replace(current.InForce with { LastRefusal = new PolicyRefusal(time.GetUtcNow(), shown) });
        log.LogError(
            "The delivery policy was refused, the one before ({Hash}) stays in force: {Errors}",
            Shown(current.InForce.Hash),
            string.Join("; ", shown) + (errors.Count > shown.Count ? $"; and {errors.Count - shown.Count} more" : "")
        );
    }

    private static string Shown(string? hash) => hash ?? "the starting set";
}

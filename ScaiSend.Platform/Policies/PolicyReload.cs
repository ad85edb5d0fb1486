using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ScaiSend.Platform.Policies;

/// <summary>
/// Puts a changed policy file in force. Goes by the content, so that it does not matter how the file is replaced (written over, renamed, a symbolic link turned).
/// A file that is wrong, or gone, is refused: the policy before stays.
/// </summary>
public sealed class PolicyReload(CurrentPolicy current, PolicyFile file, TimeProvider time, ILogger<PolicyReload> log) : BackgroundService
{
    /// <summary>How often the file is looked at. A change counts when two looks in a row find the same: half-written files do not.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private const int MostErrorsLogged = 20;

    private int _looks;
    private string? _known;
    private string? _seen;

    /// <summary>How many looks there were.</summary>
    public int Looks => Volatile.Read(ref _looks);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await looks.WaitForNextTickAsync(stoppingToken))
            {
                Look();
                Interlocked.Increment(ref _looks);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
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
            if (next.Hash == current.InForce.Hash && current.InForce is { LoadedAt: not null, LastRefusal: null })
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
            current.InForce.Hash ?? "the starting set",
            string.Join("; ", shown) + (errors.Count > shown.Count ? $"; and {errors.Count - shown.Count} more" : "")
        );
    }
}

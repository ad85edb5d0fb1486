using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using ScaiSend.Api.Console.Session;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Console.Messages;

/// <summary>Tells browsers when a message that they show has changed. It looks at the rows; whichever process changed them.</summary>
public sealed class LiveMessages(MailDatabase database, TimeProvider time, IHostApplicationLifetime host)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>How long one stream lasts; a browser that still shows the message comes again, and the door looks whether it may.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(1);

    /// <summary>How many streams a session may have in a process: fewer than the six connections that browsers open to one host.</summary>
    public const int MaxOfSession = 4;

    private readonly ConcurrentDictionary<string, int> _open = new();

    /// <summary>A place for one stream; null when the session has too many. Disposing it gives it back.</summary>
    public IDisposable? TryOpen(Visitor visitor)
    {
        if (_open.AddOrUpdate(visitor.FormToken, 1, (_, count) => count + 1) <= MaxOfSession)
            return new Place(this, visitor.FormToken);
        Close(visitor.FormToken);
        return null;
    }

    /// <summary>Changes when anything about the message does; null when the tenant has no such message.</summary>
    public async Task<string?> MarkAsync(Guid tenantId, Guid messageId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var sums = await db
            .Emails.Where(e => e.MessageId == messageId)
            .GroupBy(e => e.MessageId)
            .Select(g => new { Versions = g.Sum(e => e.Version), Events = g.Sum(e => e.Events) })
            .SingleOrDefaultAsync(cancellationToken);
        return sums is null ? null : Mark(sums.Versions, sums.Events);
    }

    public static string Mark(int versions, int events) => $"{versions}-{events}";

    /// <summary>An item for each change, and the first at once.</summary>
    public async IAsyncEnumerable<SseItem<string>> WatchAsync(
        IDisposable place,
        Guid tenantId,
        Guid messageId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var _ = place;
        // A process that stops waits for nobody who only watches.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        var end = time.GetUtcNow() + Lasts;
        string? last = null;
        while (
            time.GetUtcNow() < end && !stop.IsCancellationRequested && await MarkAsync(tenantId, messageId, cancellationToken) is { } mark
        )
        {
            if (mark != last)
                yield return new SseItem<string>(last = mark, "change") { ReconnectionInterval = Every };
            await Task.Delay(Every, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Close(string session)
    {
        if (_open.AddOrUpdate(session, 0, (_, count) => count - 1) <= 0)
            _open.TryRemove(KeyValuePair.Create(session, 0));
    }

    private sealed class Place(LiveMessages all, string session) : IDisposable
    {
        public void Dispose() => all.Close(session);
    }
}

using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Platform.Bus;

/// <summary>
/// Tells the next stage that emails wait for it: what waits while one message is published, shares the next one.
/// A hint may be lost (broker away, crash, too many): the emails' leases bring it back, so a publish is never waited for without limit.
/// </summary>
public sealed class Hints(IBus bus, Handover handover, IOptions<Leases> leases, HintMeter meter, TimeProvider time, ILogger<Hints> log)
    : BackgroundService
{
    /// <summary>How long the broker may take to confirm one message before it counts as lost.</summary>
    public static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(10);

    private const int MaxWaiting = 20_000;
    private const int MaxEmailsPerMessage = 32;
    private const int MaxBytesPerMessage = 512 * 1024;
    private const int Publishers = 4;

    /// <summary>
    /// How long hints of a mass wait for others. In the broker they stand in one line, whoever's they are: what fills few messages there leaves the turns
    /// to the stage, which takes tenants one after another.
    /// </summary>
    public static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(20);

    private readonly Channel<Offer<QueuedEmail>> _queued = Channel.CreateBounded<Offer<QueuedEmail>>(MaxWaiting);
    private readonly Channel<Offer<QueuedEmail>> _masses = Channel.CreateBounded<Offer<QueuedEmail>>(MaxWaiting);
    private readonly Channel<Offer<ProcessedEmail>> _processed = Channel.CreateBounded<Offer<ProcessedEmail>>(MaxWaiting);

    /// <summary>Hints that emails wait for the renderer. The task ends when the broker has it, or when the hint was given up.</summary>
    /// <param name="isMass">The tenant has much in flight: they may wait for others to share a message.</param>
    public Task QueuedAsync(IReadOnlyCollection<QueuedEmail> emails, bool isMass = false) => OfferAll(isMass ? _masses : _queued, emails);

    /// <summary>Hints that emails wait for the SMTP stage; in memory when this process has that role.</summary>
    public Task ProcessedAsync(IReadOnlyCollection<ProcessedEmail> emails, CancellationToken cancellationToken) =>
        handover.IsOpen ? handover.GiveAsync(emails, cancellationToken) : OfferAll(_processed, emails);

    /// <summary>Whether the SMTP stage is in this process, and gets rendered emails in memory.</summary>
    public bool IsHandover => handover.IsOpen;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Publishers)
                .SelectMany(_ =>
                    new[]
                    {
                        PublishAsync(
                            _queued,
                            TimeSpan.Zero,
                            _ => 0,
                            emails => new EmailsQueued(emails),
                            leases.Value.Render,
                            stoppingToken
                        ),
                        PublishAsync(
                            _processed,
                            TimeSpan.Zero,
                            email => email.Mail?.Bytes.Length ?? 0,
                            emails => new EmailsProcessed(emails),
                            leases.Value.Handover,
                            stoppingToken
                        ),
                    }
                )
                .Append(PublishAsync(_masses, GatherFor, _ => 0, emails => new EmailsQueued(emails), leases.Value.Render, stoppingToken))
        );

    private Task OfferAll<T>(Channel<Offer<T>> channel, IReadOnlyCollection<T> emails)
    {
        if (emails.Count == 0)
            return Task.CompletedTask;
        var offer = new Offer<T>(emails, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!channel.Writer.TryWrite(offer))
        {
            meter.TooMany<T>(emails.Count);
            log.LogWarning(
                "{Count} hints were dropped, because {Max} wait for the broker already; the waker will send them",
                emails.Count,
                MaxWaiting
            );
            return Task.CompletedTask;
        }
        return offer.Done.Task;
    }

    private async Task PublishAsync<T, TMessage>(
        Channel<Offer<T>> channel,
        TimeSpan gatherFor,
        Func<T, int> size,
        Func<IReadOnlyList<T>, TMessage> message,
        TimeSpan timeToLive,
        CancellationToken stoppingToken
    )
        where TMessage : class
    {
        while (await channel.Reader.WaitToReadAsync(stoppingToken))
        {
            // By the machine's clock: a test that stops the product's must not stop this.
            if (gatherFor > TimeSpan.Zero && channel.Reader.Count < MaxEmailsPerMessage)
                await Task.Delay(gatherFor, stoppingToken);
            var offers = new List<Offer<T>>();
            var (count, bytes) = (0, 0);
            while (count < MaxEmailsPerMessage && bytes < MaxBytesPerMessage && channel.Reader.TryRead(out var offer))
            {
                offers.Add(offer);
                count += offer.Emails.Count;
                bytes += offer.Emails.Sum(size);
            }
            foreach (var chunk in Chunks(offers.SelectMany(o => o.Emails), size))
                await PublishAsync(message(chunk), chunk.Count, timeToLive, stoppingToken);
            foreach (var offer in offers)
                offer.Done.TrySetResult();
        }
    }

    private static IEnumerable<List<T>> Chunks<T>(IEnumerable<T> emails, Func<T, int> size)
    {
        var chunk = new List<T>();
        var bytes = 0;
        foreach (var email in emails)
        {
            if (chunk.Count == MaxEmailsPerMessage || (chunk.Count > 0 && bytes + size(email) > MaxBytesPerMessage))
            {
                yield return chunk;
                (chunk, bytes) = ([], 0);
            }
            chunk.Add(email);
            bytes += size(email);
        }
        if (chunk.Count > 0)
            yield return chunk;
    }

    private async Task PublishAsync<TMessage>(TMessage message, int emails, TimeSpan timeToLive, CancellationToken stoppingToken)
        where TMessage : class
    {
        using var limit = new CancellationTokenSource(PublishLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            // A hint that outlives its lease would only make work twice.
            await bus.Publish(message, context => context.TimeToLive = timeToLive, either.Token);
            meter.Published<TMessage>(emails);
        }
        // Also while stopping: the broker's client may be gone before us, and says so in exceptions of its own.
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            meter.NotTaken<TMessage>(emails);
            log.LogWarning("A hint was not published, the waker will send it again: {Reason}", e.Message);
        }
    }

    private sealed record Offer<T>(IReadOnlyCollection<T> Emails, TaskCompletionSource Done);
}

using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// Takes responsibility for a checked request: message, content and sagas in one transaction that concurrent requests share.
/// GUARANTEE: when <see cref="AcceptAsync"/> returns, every email of the request is committed with a due time, and so will end.
/// </summary>
public sealed class AcceptMail : IHostedService, IAsyncDisposable
{
    /// <summary>Larger contents go to the blob store, so that rows and commits stay small.</summary>
    private const int MaxContentInRow = 256 * 1024;

    private readonly MailDatabase _database;
    private readonly IBlobStore _blobs;
    private readonly FlightWindow _window;
    private readonly Hints _hints;
    private readonly AcceptanceTerms _terms;
    private readonly AcceptMeter _meter;
    private readonly ILogger _log;

    // Stored, never shown in a page: readable and short.
    private static readonly JsonSerializerOptions ArgumentJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly GroupCommit<AcceptedMail> _commits;

    public AcceptMail(
        MailDatabase database,
        IBlobStore blobs,
        FlightWindow window,
        Hints hints,
        AcceptanceTerms terms,
        AcceptMeter meter,
        CommitMeter commits,
        ILogger<AcceptMail> log
    )
    {
        (_database, _blobs, _window, _hints, _terms, _meter, _log) = (database, blobs, window, hints, terms, meter, log);
        _commits = new GroupCommit<AcceptedMail>(
            database,
            log,
            commits.Of("accept"),
            mail => mail.ContentId,
            writesEvents: false,
            CommitAsync
        );
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _commits.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _commits.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _commits.DisposeAsync();

    /// <summary>Commits the request's mail; answers the ids of its messages, or what the first request with its key was answered.</summary>
    public async Task<Acceptance> AcceptAsync(Caller caller, ParsedMail request, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var (now, begun) = (_terms.Now, _meter.Begin());
        var mail = new AcceptedMail(Guid.CreateVersion7(now), caller.TenantId, StoredContent.Write(request.Content), key, now);
        foreach (var personalization in request.Personalizations)
            mail.Messages.Add(Message(caller, request, personalization, now));

        await StoreBlobsAsync(mail, request, cancellationToken);
        await _commits.RunAsync(mail, cancellationToken);
        if (mail.Earlier is { } earlier)
        {
            await RemoveBlobsAsync(mail, request, cancellationToken);
            return new Acceptance(earlier.MessageIds, earlier);
        }

        _meter.Accepted(mail, begun);
        // Not waited for: the 202 rests on the commit alone.
        _ = _hints.QueuedAsync(
            [
                .. mail
                    .Messages.SelectMany(m => m.Emails)
                    .Where(e => e.Lane == EmailLane.InFlight)
                    .Select(e => new QueuedEmail(e.Id, e.MessageId, mail.TenantId, 1)),
            ],
            isMass: _window.IsMass(mail.TenantId)
        );
        return new Acceptance([.. mail.Messages.Select(m => m.Id)], null);
    }

    private AcceptedMessage Message(Caller caller, ParsedMail request, ParsedPersonalization parsed, DateTimeOffset now)
    {
        var personalization = parsed.Personalization;
        var sendAt = parsed.SendAt;
        var id = Guid.CreateVersion7(now);
        List<AcceptedEmail> emails = request.IsSandbox ? [] : [.. Emails(caller, request, personalization, id, sendAt, now)];
        return new AcceptedMessage(
            id,
            personalization.From ?? request.Content.From,
            parsed.ShownSubject ?? personalization.Subject ?? request.Content.Subject,
            JsonSerializer.Serialize(personalization.To.Select(a => a.Email)),
            JsonSerializer.Serialize(request.Content.Categories),
            CustomArgs(request.Content.CustomArgs, personalization.CustomArgs),
            StoredContent.Write(personalization),
            request.BatchId,
            request.TemplateId,
            // Such a message is checked and stored, and has no saga.
            IsSandbox: emails.Count == 0,
            request.SettingsJson,
            sendAt,
            now
        )
        {
            Emails = emails,
        };
    }

    // A test key's mail has a saga only for recipients that are simulated.
    private IEnumerable<AcceptedEmail> Emails(
        Caller caller,
        ParsedMail request,
        Personalization personalization,
        Guid messageId,
        DateTimeOffset? sendAt,
        DateTimeOffset now
    )
    {
        foreach (var address in personalization.Recipients())
        {
            var isSimulated = request.Simulator?.ScenarioOf(address.Email) is not null;
            if (request.Simulator?.HasEmail(address.Email) ?? !caller.IsTest)
                yield return Email(caller.TenantId, messageId, address.Email, isSimulated, sendAt, now);
        }
    }

    // As the request wrote them, the personalization's before the shared ones.
    private static string? CustomArgs(IReadOnlyDictionary<string, string> shared, IReadOnlyDictionary<string, string> own) =>
        shared.Count + own.Count == 0
            ? null
            : JsonSerializer.Serialize(
                shared.Where(arg => !own.ContainsKey(arg.Key)).Concat(own).ToDictionary(arg => arg.Key, arg => arg.Value),
                ArgumentJson
            );

    private AcceptedEmail Email(
        Guid tenantId,
        Guid messageId,
        string recipient,
        bool isSimulated,
        DateTimeOffset? sendAt,
        DateTimeOffset now
    )
    {
        var (lane, dueAt, startsAt) =
            sendAt > now ? (EmailLane.Waiting, sendAt.Value, sendAt.Value)
            : _window.TryAdmit(tenantId) ? (EmailLane.InFlight, now + _terms.RenderLease, now)
            : (EmailLane.Waiting, now, now);
        var id = Guid.CreateVersion7(now);
        return new AcceptedEmail(id, messageId, recipient, isSimulated, lane, dueAt, startsAt, startsAt + _terms.GiveUpAfter);
    }

    private async Task StoreBlobsAsync(AcceptedMail mail, ParsedMail request, CancellationToken cancellationToken)
    {
        foreach (var blob in request.Blobs)
        {
            using var stream = new MemoryStream(blob.Bytes.ToArray(), writable: false);
            await _blobs.PutAsync(blob.Key, stream, cancellationToken);
        }
        if (mail.Content!.Length > MaxContentInRow)
        {
            mail.BlobKey = $"contents/{mail.ContentId:N}";
            using var stream = new MemoryStream(mail.Content, writable: false);
            await _blobs.PutAsync(mail.BlobKey, stream, cancellationToken);
            mail.Content = null;
        }
    }

    // Nobody knows these keys but us: the message that counts has blobs of its own. What cannot be deleted costs only room.
    private async Task RemoveBlobsAsync(AcceptedMail mail, ParsedMail request, CancellationToken cancellationToken)
    {
        var keys = request.Content.Attachments.Select(attachment => attachment.BlobKey);
        try
        {
            foreach (var key in mail.BlobKey is null ? keys : keys.Append(mail.BlobKey))
                await _blobs.DeleteAsync(key, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _log.LogWarning("The blobs of a repeated request stay behind: {Reason}", e.Message);
        }
    }

    private async Task CommitAsync(Writer writer, IReadOnlyList<AcceptedMail> mails, int tries, CancellationToken cancellationToken)
    {
        // The connection may have broken after the server committed: then the rows are there, all of them.
        if (tries > 1 && await AcceptedRows.ExistAsync(writer.Connection, mails, cancellationToken))
            return;
        await AcceptedRows.InsertAndCommitAsync(_database.Dialect, writer, mails, cancellationToken);
    }
}

/// <summary>What became of a request that may be accepted.</summary>
/// <param name="Earlier">Set when another request with the same key was first; nothing was added then.</param>
public sealed record Acceptance(IReadOnlyList<Guid> MessageIds, FirstAnswer? Earlier);

/// <summary>What the door promises: leases and deadlines of a new email.</summary>
public sealed class AcceptanceTerms(TimeProvider time, IOptions<Leases> leases, IOptionsMonitor<GiveUpOptions> giveUp)
{
    public DateTimeOffset Now => time.GetUtcNow();
    public TimeSpan RenderLease => leases.Value.Render;
    public TimeSpan GiveUpAfter => giveUp.CurrentValue.GiveUpAfter;
}

/// <summary>The door's part of section <c>Delivery:Retry</c>.</summary>
public sealed class GiveUpOptions
{
    /// <summary>How long after acceptance (or <c>send_at</c>) an email is given up.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(72);
}

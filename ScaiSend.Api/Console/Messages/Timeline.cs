using System.Globalization;
using System.Text.Json;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Console.Messages;

/// <summary>Something that happened to an email, for people.</summary>
/// <param name="Kind">Gives the colour: an event's type, or an attempt's outcome.</param>
/// <param name="Said">The server's words, or the reason.</param>
/// <param name="Details">What else is stored of it.</param>
public sealed record TimelineEntry(
    DateTimeOffset At,
    string Kind,
    string Title,
    string? Said,
    IReadOnlyList<(string Name, string Value)> Details
);

/// <summary>Tells what happened to an email, oldest first: its acceptance, its events, and its attempts with what both servers did. Pure.</summary>
public static class Timeline
{
    /// <summary>An email may be opened a thousand times; more than these are counted only.</summary>
    public const int MostEntries = 200;

    public static IReadOnlyList<TimelineEntry> Of(Email email, IEnumerable<EmailEvent> events, IEnumerable<EmailAttempt> attempts) =>
        [
            .. events
                .Select(Entry)
                .Concat(attempts.Select(Entry))
                .Prepend(new TimelineEntry(email.CreatedAt, "queued", "Accepted", null, []))
                .OrderBy(entry => entry.At)
                // In the same millisecond: an attempt comes before what came of it.
                .ThenBy(entry => Rank(entry.Kind))
                .Take(MostEntries),
        ];

    private static int Rank(string kind) =>
        kind switch
        {
            "queued" => 0,
            EventTypes.Processed => 1,
            _ when kind.StartsWith("attempt", StringComparison.Ordinal) => 2,
            _ => 3,
        };

    private static TimelineEntry Entry(EmailEvent e) => new(e.At, e.Type, Title(e.Type), e.Reason, [.. Details(e.Data)]);

    private static TimelineEntry Entry(EmailAttempt a) =>
        new(
            a.StartedAt,
            $"attempt {a.Outcome}",
            $"Attempt {a.Number}: {a.Outcome}",
            string.Join(' ', new[] { a.ReplyCode?.ToString(CultureInfo.InvariantCulture), a.Reply }.Where(part => part is not null)),
            [
                .. new (string Name, string? Value)[]
                {
                    ("server", a.MxAddress is null ? a.MxHost : $"{a.MxHost} [{a.MxAddress}]"),
                    ("provider", a.Provider),
                    ("TLS", a.Tls),
                    ("TLS asked for", a.TlsPolicy),
                    ("certificate", a.Certificate),
                    ("status code", a.EnhancedStatusCode),
                    ("last command", a.Step),
                    ("rule", a.Rule),
                    ("our address", a.Source),
                    ("took", $"{a.DurationMs} ms"),
                }
                    .Where(detail => detail.Value is { Length: > 0 })
                    .Select(detail => (detail.Name, detail.Value!)),
            ]
        );

    private static string Title(string type) =>
        type switch
        {
            EventTypes.Processed => "Rendered and handed to delivery",
            EventTypes.Deferred => "Deferred: another attempt follows",
            EventTypes.Delivered => "Delivered: the receiving server took it",
            EventTypes.Bounce => "Bounced: refused for good, or given up",
            EventTypes.Blocked => "Blocked: refused for reputation or policy",
            EventTypes.Dropped => "Dropped: not sent",
            EventTypes.Open => "Opened",
            EventTypes.Click => "A link was followed",
            _ => Words(type),
        };

    private static string Words(string type) => char.ToUpperInvariant(type[0]) + type[1..].Replace('_', ' ');

    private static IEnumerable<(string, string)> Details(string? data)
    {
        if (data is null)
            yield break;
        using var json = JsonDocument.Parse(data);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (
            var member in json
                .RootElement.EnumerateObject()
                .Where(m => m.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object))
        )
            yield return (member.Name.Replace('_', ' '), member.Value.ToString());
    }
}

using System.Globalization;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Console.Webhooks;

/// <summary>What stands in the form that tells events again.</summary>
/// <param name="By"><c>time</c>, <c>message</c> or <c>events</c>: which of the fields count.</param>
/// <param name="From">In UTC, as it was typed.</param>
/// <param name="Until">In UTC, as it was typed; empty for now.</param>
/// <param name="EventIds">Ids of events, separated by blanks, commas or lines.</param>
/// <param name="Types">Only these types of events; those that the webhook wants when none is ticked. Not for events that are named.</param>
/// <param name="Previewed">How many events the page has said that it would be; null when it has not said so.</param>
/// <param name="Trouble">What is wrong with it, in words; null when nothing is.</param>
public sealed record ReplayForm(
    string By,
    string From,
    string Until,
    string MessageId,
    string EventIds,
    IReadOnlyList<string> Types,
    string Reason = "",
    int? Previewed = null,
    string? Trouble = null
)
{
    /// <summary>The last hour, and no more.</summary>
    public static ReplayForm New(DateTimeOffset now) => new("time", Moment(now.AddHours(-1)), "", "", "", []);

    /// <summary>What was typed, and what it comes to; null when it is wrong.</summary>
    public static (ReplayForm Form, ReplayFields? Fields) Read(PostedForm posted, TimeProvider time)
    {
        var form = new ReplayForm(
            posted.Text("by"),
            posted.Text("from"),
            posted.Text("until"),
            posted.Text("message"),
            posted.Text("events"),
            [.. posted.Texts("type").Intersect(EventTypes.All)],
            posted.Text("reason"),
            int.TryParse(posted.Text("previewed"), NumberStyles.None, CultureInfo.InvariantCulture, out var previewed) ? previewed : null
        );
        var (fields, trouble) = form.By switch
        {
            "message" => form.OfMessage(),
            "events" => form.OfEvents(),
            _ => form.OfTime(time),
        };
        return (form with { Trouble = trouble }, fields);
    }

    private IReadOnlyList<string>? TypesOrAll => Types.Count > 0 ? Types : null;

    private (ReplayFields?, string?) OfTime(TimeProvider time)
    {
        if (Read(From) is not { } from)
            return (null, "Say from when, such as 2026-12-31 08:00.");
        if (Until.Length > 0 && Read(Until) is null)
            return (null, "Say until when, such as 2026-12-31 09:00, or leave it empty for now.");
        var until = Read(Until) ?? time.GetUtcNow();
        return until <= from
            ? (null, "The end is not after the beginning.")
            : (new ReplayFields(null, null, (from, until), TypesOrAll), null);
    }

    private (ReplayFields?, string?) OfMessage() =>
        Ids.TryRead(Ids.Message, MessageId, out var id)
            ? (new ReplayFields(null, id, null, TypesOrAll), null)
            : (null, "Give the message’s id, msg_ and 32 digits and letters.");

    private (ReplayFields?, string?) OfEvents()
    {
        var ids = EventIds.Split([' ', ',', ';', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        return ids.Count == 0 ? (null, "Give the ids of events, evt_ and 36 digits and letters each.")
            : ids.Count > ReplayFields.MaxEventIds ? (null, $"At most {ReplayFields.MaxEventIds} events can be named.")
            : (new ReplayFields(ids, null, null, null), null);
    }

    private static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;

    // As browsers want it.
    private static string Moment(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}

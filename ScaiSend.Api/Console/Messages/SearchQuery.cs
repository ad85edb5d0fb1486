using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Console.Messages;

/// <summary>What is looked for. What cannot be understood is left out, and <see cref="Trouble"/> says so.</summary>
/// <param name="Text">What was typed into the one box.</param>
/// <param name="After">The last message, or place, of the page before.</param>
public sealed record SearchQuery(
    string Text,
    string? Recipient,
    string? Subject,
    string? Sender,
    EmailStatus? State,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    Guid? After,
    string? Trouble
)
{
    private const int MaxText = 320;

    /// <summary>A message that was named by an id of it, of one of its emails or events, or by the header <c>Message-ID</c>; null when none was.</summary>
    public SearchedId? Id { get; private init; }

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsNarrowed => (Recipient ?? Subject ?? Sender) is not null || State is not null || Since is not null || Until is not null;

    public static SearchQuery Read(IQueryCollection query)
    {
        var (text, trouble) = (Cut(query["q"]) ?? "", (string?)null);
        var id = SearchedId.Read(text);
        var isAddress = id is null && IsAddress(text);
        return new SearchQuery(
            text,
            Cut(query["to"]) ?? (isAddress ? text : null),
            Cut(query["subject"]) ?? (text.Length > 0 && !isAddress && id is null ? text : null),
            Cut(query["from"]),
            Enum.TryParse<EmailStatus>(query["state"], ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null,
            Day("since", isEnd: false),
            Day("until", isEnd: true),
            Ids.TryRead(Ids.Message, query["after"], out var after) ? after : null,
            trouble
        )
        {
            Id = id,
        };

        DateTimeOffset? Day(string name, bool isEnd)
        {
            if (Cut(query[name]) is not { } written)
                return null;
            if (
                DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day < DateOnly.MaxValue
            )
                return new DateTimeOffset(isEnd ? day.AddDays(1) : day, TimeOnly.MinValue, TimeSpan.Zero);
            trouble = $"“{written}” is no day; write it as 2026-12-31.";
            return null;
        }
    }

    /// <summary>The same search from another place.</summary>
    public string PageAfter(Guid after) => Link(("after", Ids.Show(Ids.Message, after)));

    /// <summary>A link to this search.</summary>
    /// <param name="also">What is different.</param>
    public string Link(params (string Name, string? Value)[] also)
    {
        var fields = new List<(string Name, string? Value)>
        {
            ("to", Recipient),
            ("subject", Subject),
            ("from", Sender),
            ("state", State?.ToString().ToLowerInvariant()),
            ("since", Since?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("until", Until?.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        };
        fields.RemoveAll(field => also.Any(a => a.Name == field.Name));
        fields.AddRange(also);
        var written = fields.Where(f => f.Value is { Length: > 0 }).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value!)}");
        return $"messages?{string.Join('&', written)}";
    }

    private static bool IsAddress(string text) =>
        text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1 && !text.Any(char.IsWhiteSpace);

    private static string? Cut(string? text) =>
        text?.Trim() is { Length: > 0 } some ? (some.Length > MaxText ? some[..MaxText] : some) : null;
}

/// <summary>A message, or one of its emails, that was named by its id.</summary>
public sealed record SearchedId(Guid? MessageId, Guid? EmailId)
{
    /// <summary>Null when the text is no id.</summary>
    public static SearchedId? Read(string text) =>
        Ids.TryRead(Ids.Message, text, out var message) ? new SearchedId(message, null)
        : Ids.TryRead(Ids.Email, text, out var email) || Ids.TryReadEvent(text, out email, out _) ? new SearchedId(null, email)
        // The header of a mail: <id of the email@domain>.
        : Guid.TryParseExact(text.TrimStart('<').Split('@')[0], "N", out email) ? new SearchedId(null, email)
        : null;
}

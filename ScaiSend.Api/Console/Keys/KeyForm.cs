using System.Globalization;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Keys;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Console.Keys;

/// <summary>What stands in the form of a key.</summary>
/// <param name="LastDay">The last day that it is good for, in UTC, as it was typed; empty for no end.</param>
/// <param name="Trouble">What is wrong with it, in words; null when nothing is.</param>
public sealed record KeyForm(string Name, bool IsTest, IReadOnlyList<string> Scopes, string LastDay, string Reason, string? Trouble)
{
    /// <summary>An empty one.</summary>
    public static KeyForm New { get; } = new("", IsTest: false, [], "", "", null);

    public static KeyForm Of(ApiKey key) => new(key.Name, key.IsTest, key.ScopeList(), "", "", null);

    /// <summary>What was typed, and what it comes to; null when it is wrong.</summary>
    public static (KeyForm Form, KeyFields? Fields) Read(PostedForm posted, Visitor visitor, TimeProvider time)
    {
        var form = new KeyForm(
            posted.Text("name"),
            posted.Text("mode") == "test",
            posted.Texts("scope"),
            posted.Text("last_day"),
            posted.Text("reason"),
            null
        );
        var endsAt = EndOf(form.LastDay);
        var trouble =
            posted.Text("mode") is not ("" or "live" or "test") ? "Say whether it is live or test."
            : form.Name.Length is 0 or > KeyFields.MaxName ? $"Give it a name, of at most {KeyFields.MaxName} characters."
            : form.Scopes.Count == 0 ? "Tick at least one thing that it may do."
            : Reach.Lacking(visitor.Who.Scopes, form.Scopes) is not null ? "You cannot give a key more than you may yourself."
            : form.LastDay.Length > 0 && endsAt is null ? $"“{form.LastDay}” is no day; write it as 2026-12-31."
            : endsAt <= time.GetUtcNow() ? "The last day is over already."
            : visitor.WrongReason(form.Reason);
        return trouble is null
            ? (form, new KeyFields(form.Name, form.IsTest, form.Scopes, endsAt))
            : (form with { Trouble = trouble }, null);
    }

    private static DateTimeOffset? EndOf(string day) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
        && last < DateOnly.MaxValue
            ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
            : null;
}

using System.Globalization;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Console.Suppressions;

/// <summary>A list of the tenant, for people.</summary>
/// <param name="GroupId">0 for every list but <see cref="SuppressionList.Group"/>.</param>
/// <param name="Says">What it means for mail to an address on it.</param>
public sealed record ListChoice(SuppressionList List, int GroupId, string Name, string Says)
{
    /// <summary>The lists that every tenant has.</summary>
    public static IReadOnlyList<ListChoice> OfAll { get; } =
    [
        new(SuppressionList.Bounces, 0, "Bounces", "Mail to it came back. It gets no mail."),
        new(SuppressionList.Blocks, 0, "Blocks", "A receiver refused a mail for its content or reputation. It still gets mail."),
        new(SuppressionList.InvalidEmails, 0, "Invalid addresses", "The address cannot exist. It gets no mail."),
        new(SuppressionList.SpamReports, 0, "Spam reports", "The recipient called a mail spam. It gets no mail."),
        new(SuppressionList.GlobalUnsubscribes, 0, "Unsubscribed from all", "The recipient wants no mail at all."),
    ];

    /// <summary>In a form or a link.</summary>
    public string Value =>
        List == SuppressionList.Group
            ? string.Create(CultureInfo.InvariantCulture, $"group-{GroupId}")
            : List switch
            {
                SuppressionList.Bounces => "bounces",
                SuppressionList.Blocks => "blocks",
                SuppressionList.InvalidEmails => "invalid",
                SuppressionList.SpamReports => "spam_reports",
                SuppressionList.GlobalUnsubscribes => "unsubscribes",
                _ => throw new InvalidOperationException($"No such list: {List}"),
            };

    /// <summary>Whether mail is kept back from its addresses.</summary>
    public bool KeepsBack => List != SuppressionList.Blocks;

    /// <summary>All lists of a tenant with these groups.</summary>
    public static IReadOnlyList<ListChoice> Of(IEnumerable<UnsubscribeGroup> groups) =>
        [
            .. OfAll,
            .. groups.Select(g => new ListChoice(
                SuppressionList.Group,
                g.Id,
                $"Unsubscribed from {g.Name}",
                $"The recipient wants no mail of the group {g.Name}."
            )),
        ];
}

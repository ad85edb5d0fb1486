using System.Globalization;

namespace ScaiSend.Benchmarks.Search;

/// <summary>A page that somebody asks for, and what must stand in it.</summary>
public sealed record Search(string Page, string Expected);

/// <summary>Every kind of search that the console has, with another message, recipient or day at each call.</summary>
public sealed class SearchCases(MadeMessages made, int count)
{
    private const string None = "Nothing was found";

    public IReadOnlyList<(string Name, Func<Random, Search> Make)> All =>
        [
            ("the newest", _ => new("messages", made.MessageId(count - 1))),
            ("an old page", Older),
            ("a recipient", About(n => new(With("q", made.Recipient(n)), made.MessageId(n)))),
            ("a recipient of 100,000 mails", _ => new(With("q", MadeMessages.Everyone), MadeMessages.Everyone)),
            ("the same, bounced, one of a hundred", _ => new(With("to", MadeMessages.Everyone) + "&state=bounced", "bounced")),
            ("a state, until a day", About(n => new($"messages?state=bounced&until={DayAfter(n)}", "550 5.1.1"))),
            ("a rare state", _ => new("messages?state=deferred", "deferred")),
            ("a state that none is in", _ => new("messages?state=failed", None)),
            ("a subject", _ => new(With("subject", $"order {count / 1000 - 1}"), "Your order")),
            ("a subject that none has", random => new(With("subject", $"invoice {random.Next()}"), None)),
            (
                "a sender, until a day",
                About(n => new(With("from", MadeMessages.Sender(n)) + $"&until={DayAfter(n)}", MadeMessages.Sender(n)))
            ),
            ("a sender and a subject, bounced", _ => new("messages?from=shop8%40&subject=order&state=bounced", "shop8@example.test")),
            ("a message by its id", About(n => new(With("q", made.MessageId(n)), made.MessageId(n)))),
            ("a message by its Message-ID", About(n => new(With("q", made.MessageIdHeader(n)), made.MessageId(n)))),
            ("whose mail, of 1,001 tenants", About(n => new($"tenant?q={Uri.EscapeDataString(made.Recipient(n))}", "Newest such mail"))),
            ("the message itself", About(n => new($"messages/{made.MessageId(n)}", MadeMessages.Subject(n)))),
        ];

    private static string With(string name, string value) => $"messages?{name}={Uri.EscapeDataString(value)}";

    // The page after a message begins with the next older one of the same tenant.
    private Search Older(Random random)
    {
        var after = made.Any(random);
        var next = (after - 1) % 10 == 0 ? after - 2 : after - 1;
        return next < 1 ? Older(random) : new Search($"messages?after={made.MessageId(after)}", made.MessageId(next));
    }

    private Func<Random, Search> About(Func<int, Search> make) => random => make(made.Any(random));

    private string DayAfter(int number) => made.At(number).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

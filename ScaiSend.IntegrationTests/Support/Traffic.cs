using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>An event as it was made, with what statistics tell it apart by.</summary>
public sealed record MadeEvent(EmailEvent Event, string Recipient, string[] Categories, string? Agent);

/// <summary>Emails with any events, put into the database past the API; and how often each number should be, counted in the plainest way.</summary>
public sealed class Traffic(Product product, int seed)
{
    public const string Phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
    public const string Chrome =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

    private static readonly string[] Types = ["cancelled", .. EventTypes.All];
    private static readonly string[] Domains = ["gmail.com", "hotmail.de", "example.org"];
    private static readonly string[] Names = ["news", "News", "news ", "a,b"];

    private static readonly string[] Reasons =
    [
        "Bounced Address",
        "Invalid",
        "Spam Reporting Address",
        "Unsubscribed Address",
        "Template Render Error",
    ];

    private readonly Random _random = new(seed);
    private readonly MailDatabase _database = product.Services.GetRequiredService<MailDatabase>();

    public List<MadeEvent> Made { get; } = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Adds emails, each with a few events of any type around one of the moments.</summary>
    public async Task AddAsync(Guid tenantId, int emails, IReadOnlyList<DateTimeOffset> moments)
    {
        var made = new List<MadeEvent>();
        await using var db = _database.ForPlatform();
        for (var i = 0; i < emails; i++)
        {
            var categories = Names.Where(_ => _random.Next(3) == 0).ToArray();
            var recipient = $"r{i}@{Domains[_random.Next(Domains.Length)]}";
            var events = Enumerable.Range(2, _random.Next(1, 6)).Select(number => Any(number, moments[_random.Next(moments.Count)]));
            made.AddRange(AddEmail(db, tenantId, recipient, categories, [.. events]));
        }
        await CommitAsync(db, made);
    }

    /// <summary>Adds one email with these events, the first numbered 2: its acceptance is none.</summary>
    public async Task AddOneAsync(
        Guid tenantId,
        string recipient,
        string[] categories,
        params (string Type, DateTimeOffset At, EventFlags Flags, string? Agent)[] events
    )
    {
        var planned = events.Select((e, i) => new Planned(i + 2, e.Type, e.At, null, e.Flags, e.Agent)).ToList();
        await using var db = _database.ForPlatform();
        await CommitAsync(db, [.. AddEmail(db, tenantId, recipient, categories, planned)]);
    }

    /// <summary>What <c>daily_stats</c> must have: by tenant, dimension, day and name a number for each metric; none that is 0.</summary>
    public Dictionary<(Guid, int, string, string, string), long> Expected(IReadOnlyDictionary<Guid, string> zones)
    {
        var numbers = new Dictionary<(Guid, int, string, string, string), long>();
        foreach (var made in Made)
        {
            var e = made.Event;
            var zone = TimeZoneInfo.FindSystemTimeZoneById(zones[e.TenantId]);
            var day = TimeZoneInfo.ConvertTimeFromUtc(e.At.UtcDateTime, zone).ToString("yyyy-MM-dd", null);
            foreach (var metric in e.Number == 2 ? ["Requests", .. MetricsOf(e)] : MetricsOf(e))
            {
                Add(0, "");
                foreach (var category in made.Categories)
                    Add(1, category);
                Add(
                    2,
                    made.Recipient.EndsWith("gmail.com", StringComparison.Ordinal) ? "Gmail"
                        : made.Recipient.EndsWith("hotmail.de", StringComparison.Ordinal) ? "Microsoft"
                        : "Other"
                );
                if ((e.Flags & EventFlags.Machine) == 0 && e.Type == "click")
                    Add(3, made.Agent == Chrome ? "Chrome" : "Other");
                if ((e.Flags & EventFlags.Machine) == 0 && e.Type == "open")
                {
                    Add(
                        4,
                        made.Agent == Phone ? "Phone"
                            : made.Agent == Chrome ? "Webmail"
                            : "Other"
                    );
                    Add(
                        made.Agent == Phone ? 10
                            : made.Agent == Chrome ? 12
                            : 14,
                        made.Agent == Phone ? "iPhone" : "Other"
                    );
                }

                void Add(int dimension, string name)
                {
                    var key = (e.TenantId, dimension, day, name, metric);
                    numbers[key] = numbers.GetValueOrDefault(key) + 1;
                }
            }
        }
        return numbers;
    }

    /// <summary>What it has.</summary>
    public async Task<Dictionary<(Guid, int, string, string, string), long>> StoredAsync()
    {
        await using var db = _database.ForPlatform();
        var rows = await db.Set<Platform.Storage.Stats.DailyStats>().IgnoreQueryFilters().AsNoTracking().ToListAsync(Stop);
        var numbers = new Dictionary<(Guid, int, string, string, string), long>();
        foreach (var row in rows)
        foreach (var property in typeof(Platform.Storage.Stats.DailyStats).GetProperties().Where(p => p.PropertyType == typeof(long)))
        {
            var day = DateOnly.FromDayNumber(row.Day).ToString("yyyy-MM-dd", null);
            if ((long)property.GetValue(row)! is not 0 and var number)
                numbers.Add((row.TenantId, (int)row.Dimension, day, System.Text.Encoding.UTF8.GetString(row.Name), property.Name), number);
        }
        return numbers;
    }

    private static IEnumerable<string> MetricsOf(EmailEvent e)
    {
        var byMachine = (e.Flags & EventFlags.Machine) != 0;
        var isFirst = (e.Flags & EventFlags.First) != 0;
        switch (e.Type)
        {
            case "processed":
                return ["Processed"];
            case "delivered":
                return ["Delivered"];
            case "deferred":
                return ["Deferred"];
            case "bounce":
                return ["Bounces"];
            case "blocked":
                return ["Blocks"];
            case "spam_report":
                return ["SpamReports"];
            case "unsubscribe" or "group_unsubscribe":
                return ["Unsubscribes"];
            case "open" or "click":
                var what = e.Type == "open" ? "Opens" : "Clicks";
                var whose = byMachine ? $"Machine{what}" : what;
                return isFirst ? [whose, $"Unique{whose}"] : [whose];
            case "dropped":
                return e.Reason switch
                {
                    "Bounced Address" => ["Drops", "BounceDrops"],
                    "Invalid" => ["Drops", "InvalidEmails"],
                    "Spam Reporting Address" => ["Drops", "SpamReportDrops"],
                    "Unsubscribed Address" => ["Drops", "UnsubscribeDrops"],
                    _ => ["Drops"],
                };
            default:
                return [];
        }
    }

    private sealed record Planned(int Number, string Type, DateTimeOffset At, string? Reason, EventFlags Flags, string? Agent);

    // Within two hours of the moment, often just beside it.
    private Planned Any(int number, DateTimeOffset moment)
    {
        var type = Types[_random.Next(Types.Length)];
        var isVisit = type is "open" or "click";
        var off = _random.Next(3) switch
        {
            0 => TimeSpan.FromMilliseconds(_random.Next(-1, 2)),
            _ => TimeSpan.FromMilliseconds(_random.Next(-7_200_000, 7_200_000)),
        };
        return new Planned(
            number,
            type,
            moment + off,
            type == "dropped" ? Reasons[_random.Next(Reasons.Length)] : null,
            isVisit ? (EventFlags)_random.Next(4) : EventFlags.None,
            isVisit ? new[] { Phone, Chrome, null }[_random.Next(3)] : null
        );
    }

    private IEnumerable<MadeEvent> AddEmail(MailDb db, Guid tenantId, string recipient, string[] categories, IReadOnlyList<Planned> events)
    {
        var (messageId, emailId, now) = (Ids.New(product.Clock), Ids.New(product.Clock), product.Clock.GetUtcNow());
        db.Messages.Add(
            new Message
            {
                Id = messageId,
                TenantId = tenantId,
                FromEmail = "hello@example.test",
                Subject = "S",
                ToEmails = "[]",
                Categories = System.Text.Json.JsonSerializer.Serialize(categories),
                Personalization = [],
                CreatedAt = now,
            }
        );
        db.Emails.Add(
            new Email
            {
                Id = emailId,
                TenantId = tenantId,
                MessageId = messageId,
                Recipient = recipient,
                State = EmailStatus.Delivered,
                DeadlineAt = now,
                StartsAt = now,
                CreatedAt = now,
                Events = events.Count,
            }
        );
        return events.Select(e => new MadeEvent(
            new EmailEvent
            {
                EmailId = emailId,
                Number = e.Number,
                TenantId = tenantId,
                Type = e.Type,
                At = e.At,
                Reason = e.Reason,
                Data = e.Agent is null ? null : $$"""{"ip":"192.0.2.1","user_agent":"{{e.Agent}}"}""",
                Flags = e.Flags,
            },
            recipient,
            categories,
            e.Agent
        ));
    }

    // As the product writes them: in some lane, a few in each transaction.
    private async Task CommitAsync(MailDb db, List<MadeEvent> made)
    {
        using (await _database.Dialect.TakeTurnAsync(Stop))
            await db.SaveChangesAsync(Stop);
        await using var connection = await _database.OpenAsync(Stop);
        var none = new WebhookSubscriptions([]);
        foreach (var some in made.Chunk(20))
        {
            using var turn = await _database.Dialect.TakeTurnAsync(Stop);
            await using var command = connection.CreateCommand();
            var sql = new SqlBatch(command).Sql(_database.Dialect.Begin);
            EventRows.Add(sql, _database.Dialect, _random.Next(1, EventLane.Count + 1), [.. some.Select(m => m.Event)], none);
            await sql.Sql("COMMIT").ExecuteAsync(Stop);
        }
        Made.AddRange(made);
    }
}

using System.Text.Json.Serialization;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>A message in plain language: of each email where it stands, why, and what follows.</summary>
public sealed record ExplainedMessage
{
    public required string Id { get; init; }

    /// <summary>For operators; null for others, who know.</summary>
    public string? TenantId { get; init; }

    /// <summary>As in <c>GET /v3/messages/{id}</c>.</summary>
    public required string Status { get; init; }
    public required Depth Depth { get; init; }

    /// <summary>All of it in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>When its texts were deleted; null while they are there.</summary>
    public DateTimeOffset? BodyDeletedAt { get; init; }

    /// <summary>What is to be known of the message as a whole.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What may be done about a message that has no emails; else the emails say it.</summary>
    public required IReadOnlyList<Advice> Actions { get; init; }
    public required IReadOnlyList<ExplainedEmail> Emails { get; init; }

    /// <summary>The same for one who has these scopes: each action says whether he may do it.</summary>
    public ExplainedMessage For(IReadOnlySet<string> scopes) =>
        this with
        {
            Emails =
            [
                .. Emails.Select(email =>
                    email with
                    {
                        Actions =
                        [
                            .. email.Actions.Select(a => a with { Allowed = a.Permission is { } scope ? scopes.Contains(scope) : null }),
                        ],
                    }
                ),
            ],
        };
}

/// <summary>One recipient's copy in plain language.</summary>
public sealed record ExplainedEmail
{
    public required string Id { get; init; }
    public required string ToEmail { get; init; }
    public required string Status { get; init; }

    /// <summary>The saga's state.</summary>
    public required string State { get; init; }

    /// <summary>Where it stands within its state, and how it came there.</summary>
    public required Situation Situation { get; init; }
    public required string Summary { get; init; }

    /// <summary>Whether the simulator plays it, so that nothing of it is real.</summary>
    [JsonPropertyName("simulated")]
    public bool IsSimulated { get; init; }

    /// <summary>What is certain, whatever fails.</summary>
    public required string Guarantee { get; init; }

    /// <summary>The facts that led here, oldest first.</summary>
    public required IReadOnlyList<Fact> Because { get; init; }

    /// <summary>What happens by itself; null when nothing does.</summary>
    public NextStep? Next { get; init; }

    /// <summary>When it is given up; null when it has ended.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>What the recipient did with it.</summary>
    public required IReadOnlyList<Fact> Afterwards { get; init; }

    /// <summary>What one may want to know and what is stored does not tell.</summary>
    public required IReadOnlyList<string> NotKnown { get; init; }

    /// <summary>What may be done, the most useful first; never empty.</summary>
    public required IReadOnlyList<Advice> Actions { get; init; }

    /// <summary>For operators; null for others.</summary>
    public Inside? Operations { get; init; }
}

/// <summary>Something that happened, as it is stored.</summary>
/// <param name="At">Null where no moment is stored with it.</param>
public sealed record Fact(string Text, DateTimeOffset? At)
{
    /// <summary>The number of the attempt that it is about.</summary>
    public int? Attempt { get; init; }

    /// <summary>The server's words, or what went wrong.</summary>
    public string? Reply { get; init; }

    /// <summary>The reply rule of the delivery policy that decided.</summary>
    public string? Rule { get; init; }
    public string? Provider { get; init; }

    /// <summary>The SMTP command that was answered or that went wrong.</summary>
    public string? Step { get; init; }

    /// <summary>What was asked of the connection, and who asked it.</summary>
    public string? TlsPolicy { get; init; }
    public string? MxHost { get; init; }
    public string? MxAddress { get; init; }

    /// <summary>Our own address; null when the system chose.</summary>
    public string? SourceAddress { get; init; }

    /// <summary>The same for a reader who is told no more.</summary>
    public Fact For(Depth depth) =>
        depth switch
        {
            Depth.Operator => this,
            Depth.Support => this with { MxHost = null, MxAddress = null, SourceAddress = null },
            _ => new Fact(Text, At)
            {
                Attempt = Attempt,
                Reply = Reply,
                Rule = Rule,
            },
        };
}

/// <summary>What happens next by itself.</summary>
/// <param name="At">At the latest, or at the earliest, as the text says; null when nobody knows.</param>
public sealed record NextStep(string Text, DateTimeOffset? At)
{
    /// <summary>The pool of source addresses that the sender asked for; null: the default one.</summary>
    public string? Pool { get; init; }

    /// <summary>Our address of the last attempt, which an email keeps as long as its pool stays as it is.</summary>
    public string? SourceAddress { get; init; }
}

/// <summary>Something that may be done.</summary>
/// <param name="Action">One word for programs.</param>
public sealed record Advice(string Action, string Text)
{
    /// <summary>The request that does it; null when none does.</summary>
    public string? Method { get; init; }
    public string? Path { get; init; }
    public IReadOnlyDictionary<string, string>? Body { get; init; }

    /// <summary>The scope that the request needs; <c>operator</c> for an operator's key.</summary>
    public string? Permission { get; init; }

    /// <summary>Whether the reader has it; null when none is needed, or when the reader is staff.</summary>
    public bool? Allowed { get; init; }

    /// <summary>The same on the command line, for operators.</summary>
    public string? Command { get; init; }
}

/// <summary>What an operator wants to know of an email that has not ended.</summary>
/// <param name="Lane">Who moves it next.</param>
/// <param name="LeaseUntil">Until when a stage has it; null when none has.</param>
/// <param name="IsSpooled">Whether its signed bytes lie in the blob store.</param>
public sealed record Inside(
    string Lane,
    int Version,
    int Attempts,
    DateTimeOffset? DueAt,
    DateTimeOffset? LeaseUntil,
    DateTimeOffset? AttemptStartedAt,
    bool IsSpooled,
    IReadOnlyList<SuspensionInForce> Suspensions
);

/// <summary>A suspension that keeps the email's mail back now.</summary>
public sealed record SuspensionInForce(
    string Id,
    string Provider,
    string? SourceAddress,
    string Cause,
    string? Rule,
    DateTimeOffset EndsAt
);

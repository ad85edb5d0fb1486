using System.CommandLine;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Queue;

/// <summary>The options that say which emails of the queue are meant.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string?> _tenant = new("--tenant") { Description = "A tenant's id (tnt_…) or short name" };
    private readonly Option<string?> _message = new("--message") { Description = "A message's id, msg_…" };
    private readonly Option<string?> _batch = new("--batch") { Description = "A batch's id" };
    private readonly Option<string?> _domain = new("--domain") { Description = "The recipients' domain" };
    private readonly Option<string?> _provider = new("--provider") { Description = "The provider that the last attempt went to" };
    private readonly Option<string?> _state = new("--state") { Description = $"One of {string.Join(", ", QueueFilter.States.Keys)}" };
    private readonly Option<bool?> _held = new("--held") { Description = "true: only what is held; false: only what is not" };
    private readonly Option<string?> _older = new("--older-than") { Description = "Accepted longer ago than this, such as 2h" };
    private readonly Option<string?> _younger = new("--younger-than") { Description = "Accepted within this time, such as 30m" };

    public IEnumerable<Option> All => [_tenant, _message, _batch, _domain, _provider, _state, _held, _older, _younger];

    /// <summary>Reads what was given.</summary>
    /// <exception cref="WrongArgumentException">One of them cannot be taken.</exception>
    public async Task<QueueFilter> ReadAsync(ParseResult parsed, OperatorContext context, CancellationToken cancellationToken) =>
        new()
        {
            TenantId = await TenantAsync(parsed.GetValue(_tenant), context, cancellationToken),
            MessageId = Message(parsed.GetValue(_message)),
            BatchId = parsed.GetValue(_batch),
            Domain = parsed.GetValue(_domain)?.TrimStart('@'),
            Provider = parsed.GetValue(_provider),
            State = State(parsed.GetValue(_state)),
            IsHeld = parsed.GetValue(_held),
            CreatedBefore = context.Now - Age("--older-than", parsed.GetValue(_older)),
            CreatedAfter = context.Now - Age("--younger-than", parsed.GetValue(_younger)),
        };

    /// <summary>The tenant of an id or a short name.</summary>
    public static async Task<Guid?> TenantAsync(string? text, OperatorContext context, CancellationToken cancellationToken) =>
        text is null
            ? null
            : await context.Get<QueueNames>().TenantAsync(text, cancellationToken)
                ?? throw new WrongArgumentException(
                    $"--tenant is '{text}', and there is none; allowed are its id (tnt_…) and its short name"
                );

    /// <summary>An age, of an option.</summary>
    public static TimeSpan? Age(string option, string? text) =>
        text is null
            ? null
            : QueueNames.Age(text) ?? throw new WrongArgumentException($"{option} is '{text}'; allowed is {QueueNames.AgeForm}");

    private static Guid? Message(string? text) =>
        text is null ? null
        : Ids.TryRead(Ids.Message, text, out var id) ? id
        : throw new WrongArgumentException($"--message is '{text}'; allowed is msg_ and 32 hexadecimal digits");

    private static Contracts.Emails.EmailStatus? State(string? text) =>
        text is null ? null
        : QueueFilter.States.TryGetValue(text, out var state) ? state
        : throw new WrongArgumentException($"--state is '{text}'; allowed are {string.Join(", ", QueueFilter.States.Keys)}");
}

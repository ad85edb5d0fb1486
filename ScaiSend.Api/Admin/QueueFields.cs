using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Admin;

/// <summary>Reads a <see cref="QueueFilter"/> from the fields of a body or of a query.</summary>
/// <param name="text">A field's text; null when it is absent.</param>
/// <param name="flag">A field's truth; null when it is absent.</param>
/// <param name="refuse">Takes a field's name and what is wrong with it.</param>
internal sealed class QueueFields(Func<string, int, string?> text, Func<string, bool?> flag, Action<string, string> refuse)
{
    public async Task<QueueFilter> ReadAsync(QueueNames names, DateTimeOffset now, CancellationToken cancellationToken) =>
        new()
        {
            TenantId = await TenantAsync(names, cancellationToken),
            MessageId = Message(),
            BatchId = text("batch_id", 64),
            Domain = text("domain", 255)?.TrimStart('@'),
            Provider = text("provider", 100),
            State = State(),
            IsHeld = flag("held"),
            CreatedBefore = now - Age("older_than"),
            CreatedAfter = now - Age("younger_than"),
        };

    private async Task<Guid?> TenantAsync(QueueNames names, CancellationToken cancellationToken)
    {
        if (text("tenant", 64) is not { } name)
            return null;
        if (await names.TenantAsync(name, cancellationToken) is { } tenantId)
            return tenantId;
        refuse("tenant", $"there is no tenant {name}; allowed are its id (tnt_…) and its short name");
        return null;
    }

    private Guid? Message()
    {
        if (text("message_id", 64) is not { } id)
            return null;
        if (Ids.TryRead(Ids.Message, id, out var messageId))
            return messageId;
        refuse("message_id", "must be msg_ and 32 hexadecimal digits");
        return null;
    }

    private ScaiSend.Contracts.Emails.EmailStatus? State()
    {
        if (text("state", 20) is not { } word)
            return null;
        if (QueueFilter.States.TryGetValue(word, out var state))
            return state;
        refuse("state", $"must be one of {string.Join(", ", QueueFilter.States.Keys)}");
        return null;
    }

    private TimeSpan? Age(string name)
    {
        if (text(name, 7) is not { } written)
            return null;
        if (QueueNames.Age(written) is { } age)
            return age;
        refuse(name, $"must be {QueueNames.AgeForm}");
        return null;
    }
}

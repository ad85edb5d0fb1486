using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads the personalizations of one request, which share a limit on recipients.</summary>
internal sealed class PersonalizationReader(MessageContent shared, DateTimeOffset now)
{
    public const int MaxRecipients = 1000;

    // RFC 5322 §2.1.1: what one line of a header can hold.
    public const int MaxSubject = 998;

    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many there were so far, over to, cc and bcc.</summary>
    public int Recipients { get; private set; }

    /// <summary>A personalization relies on the shared subject.</summary>
    public bool LacksSubject { get; private set; }

    public ParsedPersonalization Read(Field field)
    {
        _seen.Clear();
        var to = Unique(field, "to", required: Texts.To);
        var cc = Unique(field, "cc", required: null);
        var bcc = Unique(field, "bcc", required: null);
        var subject = field.Line("subject", max: MaxSubject);
        if (subject is { Length: 0 })
            subject = null;
        LacksSubject |= subject is null;
        var headers = Pairs.Headers(field);
        var substitutions = Pairs.Substitutions(field, IsInHeader);
        var customArgs = Pairs.CustomArgs(field, shared.CustomArgs);
        return new ParsedPersonalization(
            new Personalization(to, cc, bcc, subject, headers, substitutions, customArgs),
            SendTime.Read(field, now)
        );

        bool IsInHeader(string key) =>
            (subject ?? shared.Subject).Contains(key, StringComparison.Ordinal)
            || headers.Values.Concat(shared.Headers.Values).Any(value => value.Contains(key, StringComparison.Ordinal));
    }

    private IReadOnlyList<Address> Unique(Field personalization, string name, string? required)
    {
        if (personalization.Array(name, required) is not { } list)
            return [];
        Recipients += list.Length;
        if (list.Length == 0 && required is not null)
            list.Fail(required);
        // Said once, at the end.
        if (Recipients > MaxRecipients)
            return [];
        var addresses = new List<Address>(list.Length);
        foreach (var item in list.Items())
        {
            if (item.AsObject() is not { } element || Addresses.Read(element) is not { } address)
                continue;
            if (!_seen.Add(address.Email))
                item.Fail(Texts.Duplicate(address.Email, list.Path!));
            addresses.Add(address);
        }
        return addresses;
    }
}

using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads the recipients of the personalizations, and counts them over the whole request.</summary>
internal sealed class RecipientFields
{
    /// <summary>to + cc + bcc, over the whole request.</summary>
    public const int Most = 1000;

    // Below this, comparing each with each costs less than a set.
    private const int FewEnoughToCompare = 8;

    private int _count;

    public bool AreTooMany => _count > Most;

    public List<Address> Read(ref JsonCursor json, AddressTexts texts)
    {
        var addresses = new List<Address>(1);
        if (!json.EntersArray())
            return addresses;
        while (json.NextItem())
        {
            if (++_count > Most)
                json.Skip();
            else if (AddressFields.Read(ref json, texts, isItem: true) is { } address)
                addresses.Add(address);
        }
        return addresses;
    }

    /// <summary>Refuses an address that stands twice in one personalization.</summary>
    public static void RefuseDuplicates(
        RequestErrors errors,
        IReadOnlyList<Address> to,
        IReadOnlyList<Address> cc,
        IReadOnlyList<Address> bcc
    )
    {
        var count = to.Count + cc.Count + bcc.Count;
        if (count < 2)
            return;
        var mailboxes = new List<string>(count);
        foreach (var list in (ReadOnlySpan<IReadOnlyList<Address>>)[to, cc, bcc])
        foreach (var address in list)
            mailboxes.Add(AddressRule.Mailbox(address.Email));

        if (FirstDuplicate(mailboxes) is not { } i)
            return;
        var (email, field) =
            i < to.Count ? (to[i].Email, "to")
            : i < to.Count + cc.Count ? (cc[i - to.Count].Email, "cc")
            : (bcc[i - to.Count - cc.Count].Email, "bcc");
        errors.Add(
            $"Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [{email}] in the {errors.Path}.{field} field."
        );
    }

    private static int? FirstDuplicate(List<string> mailboxes)
    {
        if (mailboxes.Count <= FewEnoughToCompare)
        {
            for (var i = 1; i < mailboxes.Count; i++)
            for (var j = 0; j < i; j++)
                if (string.Equals(mailboxes[i], mailboxes[j], StringComparison.OrdinalIgnoreCase))
                    return i;
            return null;
        }
        var seen = new HashSet<string>(mailboxes.Count, StringComparer.OrdinalIgnoreCase);
        var at = mailboxes.FindIndex(mailbox => !seen.Add(mailbox));
        return at < 0 ? null : at;
    }
}

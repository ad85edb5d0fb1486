using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>{email, name?}</c>.</summary>
internal static class Addresses
{
    /// <summary>Stands for an address that was refused.</summary>
    public static readonly Address None = new("", null);

    // RFC 5322 §2.1.1: what one line of a header can hold.
    private const int MaxName = 998;

    public static Address? Read(Field field)
    {
        var email = field.Line("email", required: Texts.Address);
        var name = field.Line("name", max: MaxName);
        if (email is null)
            return null;
        if (!AddressSyntax.IsMailbox(email))
        {
            field.Fail("email", Texts.Address);
            return null;
        }
        return new Address(email, string.IsNullOrEmpty(name) ? null : name);
    }

    public static List<Address> ReadAll(Field list)
    {
        var addresses = new List<Address>(list.Length);
        foreach (var item in list.Items())
            if (item.AsObject() is { } field && Read(field) is { } address)
                addresses.Add(address);
        return addresses;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ScaiSend.Contracts;

/// <summary>Ids are UUIDs of version 7: sorted by time, and shown to the outside as a prefix and 32 hexadecimal digits.</summary>
public static class Ids
{
    /// <summary>A new id, stamped with the clock's time.</summary>
    public static Guid New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>The lowest id of its moment: what was made earlier has a lower one.</summary>
    // RFC 9562 §5.7: the first 48 bits are the moment.
    public static Guid FirstOf(DateTimeOffset moment)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, moment.ToUnixTimeMilliseconds()) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>When an id was made.</summary>
    public static DateTimeOffset MomentOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16);
    }

    /// <summary>The public form, such as <c>msg_0199…</c>.</summary>
    public static string Show(string prefix, Guid id) => prefix + id.ToString("N");

    /// <summary>Reads the public form back; false for another prefix or a malformed id.</summary>
    public static bool TryRead(string prefix, [NotNullWhen(true)] string? text, out Guid id)
    {
        id = default;
        return text is not null
            && text.StartsWith(prefix, StringComparison.Ordinal)
            && Guid.TryParseExact(text.AsSpan(prefix.Length), "N", out id);
    }

    /// <summary>Prefix of a message's public id.</summary>
    public const string Message = "msg_";

    /// <summary>Prefix of an email's public id.</summary>
    public const string Email = "eml_";

    /// <summary>Prefix of an event's public id: the email's id and the event's number in it.</summary>
    public const string Event = "evt_";

    /// <summary>An event's public id, which never changes.</summary>
    /// <param name="number">1, 2, 3 … within the email.</param>
    public static string ShowEvent(Guid emailId, int number) => $"{Event}{emailId:N}{number:x4}";

    /// <summary>Reads <see cref="ShowEvent"/> back; false for anything else.</summary>
    public static bool TryReadEvent([NotNullWhen(true)] string? text, out Guid emailId, out int number)
    {
        number = 0;
        emailId = default;
        return text is not null
            && text.Length >= Event.Length + 36
            && TryRead(Event, text[..(Event.Length + 32)], out emailId)
            && int.TryParse(text.AsSpan(Event.Length + 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Prefix of a webhook endpoint's public id.</summary>
    public const string Webhook = "wh_";

    /// <summary>Prefix of the id of one POST to a webhook.</summary>
    public const string WebhookPost = "req_";

    /// <summary>Prefix of an API key's public id.</summary>
    public const string ApiKey = "key_";

    /// <summary>Prefix of an image's public id. Only these are not version 7: they are public and must not be guessed.</summary>
    public const string Image = "img_";

    /// <summary>Prefix of the id of a report that came in by mail.</summary>
    public const string Report = "rpt_";

    /// <summary>Prefix of a sender domain's public id.</summary>
    public const string Domain = "dom_";

    /// <summary>Prefix of a user's public id.</summary>
    public const string User = "usr_";

    /// <summary>Prefix of a partner's public id.</summary>
    public const string Partner = "prt_";

    /// <summary>Prefix of a group's public id.</summary>
    public const string Group = "grp_";

    /// <summary>Prefix of a role's public id.</summary>
    public const string Role = "rol_";

    /// <summary>Prefix of a tenant's public id.</summary>
    public const string Tenant = "tnt_";
}

using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Api.Console.Domains;

/// <summary>What the pages call records, states and events of sender domains.</summary>
public static class DomainWords
{
    /// <summary>What a record is for, and what is the matter without it.</summary>
    public static (string Title, string Why) Of(string purpose) =>
        purpose switch
        {
            RecordCheck.Dkim => ("DKIM", "Signs your mail. Without it, mail from this domain is refused here."),
            RecordCheck.Dmarc => (
                "DMARC",
                "Tells receivers what to do with mail that only pretends to be yours. Large receivers want it for bulk mail."
            ),
            RecordCheck.ReturnPath => (
                "Return path",
                "Bounces come back to a name of your own. Without it, the installation’s own return path is used."
            ),
            RecordCheck.ReturnPathSpf => (
                "Return path: SPF",
                "Says that we may send for your return path. Without it, the installation’s own is used."
            ),
            RecordCheck.Spf => (
                "SPF of the installation",
                "Belongs to those who run this installation. Your domain needs no record for it."
            ),
            _ => (purpose, ""),
        };

    /// <summary>A record's state and the class of the style that goes with it.</summary>
    public static (string Word, string Tone) Of(RecordStatus? status) =>
        status switch
        {
            RecordStatus.Found => ("found", "delivered"),
            RecordStatus.Missing => ("missing", "bounced"),
            RecordStatus.Wrong => ("wrong", "bounced"),
            RecordStatus.Unknown => ("DNS did not answer", "deferred"),
            _ => ("not checked yet", "cancelled"),
        };

    /// <summary>A key's state in words.</summary>
    public static string Of(StoredDkimKey key) =>
        key.RetiredAt is not null ? "retired"
        : key.UsedFrom is not null ? "signs mail"
        : "waits for its record";

    /// <summary>An event of a domain's history.</summary>
    public static string Of(DomainEvent happened) =>
        happened.Type switch
        {
            "created" => "The domain was added",
            "verified" => "The domain is verified: mail may be sent",
            "unverified" => "The domain is not verified any more: mail is refused",
            "record_found" => "A record was found",
            "record_broken" => "A record broke",
            "rotated" => "New DKIM keys were made",
            "key_used" => "A key began to sign",
            "key_retired" => "A key was retired",
            "return_path_used" => "Its own return path is used",
            "return_path_off" => "Its own return path is not used any more",
            _ => happened.Type,
        };
}

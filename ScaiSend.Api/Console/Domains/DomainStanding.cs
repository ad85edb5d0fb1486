using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Api.Console.Domains;

/// <summary>Whether mail may be sent for a domain, for people.</summary>
/// <param name="Word">In one or two words.</param>
/// <param name="Tone">A class of the style: <c>delivered</c> when all is well, <c>deferred</c> when somebody should look, <c>bounced</c> when mail is refused.</param>
/// <param name="Says">What it means for mail.</param>
/// <param name="Until">When that changes by itself; null when it does not.</param>
public sealed record DomainStanding(string Word, string Tone, string Says, DateTimeOffset? Until = null)
{
    /// <param name="grace">How long a domain stays verified after its record broke.</param>
    public static DomainStanding Of(SenderDomain domain, TimeSpan grace) =>
        domain switch
        {
            { IsActive: false } => new("switched off", "cancelled", "Mail from this domain is refused, because it is switched off here."),
            { IsTrusted: true } => new(
                "trusted",
                "delivered",
                "Mail may be sent. Those who run this installation vouch for the domain, whatever DNS says."
            ),
            { VerifiedAt: null } => new(
                "not verified",
                "bounced",
                "Mail from this domain is refused until its DKIM record is seen. Publish its records; they are looked for by themselves."
            ),
            { BrokenSince: { } since } => new(
                "breaking",
                "deferred",
                "Mail is still sent, but receivers cannot verify its signature: the DKIM record is gone or wrong. If it stays so, mail is refused.",
                since + grace
            ),
            _ => new("verified", "delivered", "Mail may be sent, and receivers can verify its signature."),
        };
}

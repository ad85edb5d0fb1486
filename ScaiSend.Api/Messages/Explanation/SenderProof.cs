using ScaiSend.Api.Authentication;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Says whose DNS a refusal is about, where its code says so. Pure.</summary>
internal static class SenderProof
{
    /// <summary>Advice for a code such as <c>5.7.26</c>; none for others.</summary>
    public static IEnumerable<Advice> Advices(string? status) =>
        status?.Split('.') switch
        {
            // RFC 7372 §3.3: the reverse DNS entry of the sending address.
            [_, "7", "25"] =>
            [
                new Advice("fix_dns", "The name (PTR) of the sending address is missing or wrong: who runs this installation mends it"),
            ],
            // RFC 7372 §3: DKIM, SPF and DMARC of the sender's domain.
            [_, "7", "20" or "21" or "22" or "23" or "24" or "26"] =>
            [
                new Advice(
                    "fix_domain",
                    "The receiver could not prove the sender: look whether the domain's records are published as they should be"
                )
                {
                    Method = "GET",
                    Path = "/api/admin/domains",
                    Permission = Scopes.DomainsRead,
                },
            ],
            _ => [],
        };
}

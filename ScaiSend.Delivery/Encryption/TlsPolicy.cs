using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Encryption;

/// <summary>What a connection must offer before a mail goes over it, and who says so. DANE (RFC 7672) will be a further property.</summary>
/// <param name="Origin">Who has asked for the mode, such as <c>domain example.com</c>; null when nobody has.</param>
public sealed record TlsPolicy(TlsMode Mode, string? Origin)
{
    // What attempts keep of it.
    private const int LongestText = 100;
    private const int LongestOrigin = 50;

    /// <summary>Where nobody has said anything.</summary>
    public static TlsPolicy Usual { get; } = new(TlsMode.Opportunistic, null);

    /// <summary>What the domain has published; null when nothing.</summary>
    public MtaStsPolicy? MtaSts { get; private init; }

    /// <summary>The domain says that it has published something, and it could not be fetched.</summary>
    public bool IsMtaStsMissing { get; private init; }

    public bool ForbidsTls => Mode == TlsMode.None;

    public bool NeedsTls => Mode is TlsMode.Require or TlsMode.Verify || IsEnforced;

    private bool NeedsValidCertificate => Mode == TlsMode.Verify || IsEnforced;

    private bool IsEnforced => MtaSts is { Mode: MtaStsMode.Enforce };

    public static TlsPolicy Said(TlsMode mode, string origin) =>
        new(mode, origin.Length <= LongestOrigin ? origin : origin[..LongestOrigin] + "…");

    /// <summary>Together with what the domain has published, unless an operator has forbidden TLS there.</summary>
    public TlsPolicy With(MtaStsFinding published) =>
        ForbidsTls || ReferenceEquals(published, MtaStsFinding.Nothing)
            ? this
            : this with
            {
                MtaSts = published.Policy is { Mode: not MtaStsMode.None } policy ? policy : null,
                IsMtaStsMissing = published.IsMissing,
            };

    /// <summary>Why no mail may go to this host; null when it may.</summary>
    public string? ObjectionTo(string host) =>
        IsEnforced && !MtaSts!.Covers(host) ? $"The domain's MTA-STS policy does not name the mail host {host}" : null;

    /// <summary>What keeps mail from a connection; null when nothing does.</summary>
    /// <param name="tls">Its TLS version; null in the clear.</param>
    /// <param name="certificate">The verdict on its certificate.</param>
    public string? ObjectionTo(string host, string? tls, string? certificate) =>
        ObjectionTo(host)
        ?? (
            NeedsTls && tls is null ? $"The server offers no TLS, and the mail may not go without it: {Words}"
            : NeedsValidCertificate && certificate != CertificateCheck.Valid
                ? $"The server's certificate is not valid ({certificate}), and the mail may not go without a valid one: {Words}"
            : ForbidsTls && tls is not null ? "The connection has TLS, which this mail may not use"
            : null
        );

    /// <summary>The policy in words, with what was found of it on this connection.</summary>
    public string Describe(string host, string? tls, string? certificate, bool isFallback)
    {
        var text = (isFallback, MtaSts?.Mode) switch
        {
            (true, _) => $"{Words}, in the clear after TLS trouble",
            (_, MtaStsMode.Testing) when FlawUnderTest(host, tls, certificate) is { } flaw => $"{Words}: {flaw}",
            _ => Words,
        };
        return text.Length <= LongestText ? text : text[..LongestText];
    }

    private string Words => Origin is null && MtaSts is null && !IsMtaStsMissing ? Name : AllWords();

    private string AllWords() =>
        string.Join(
            ", ",
            new[]
            {
                Origin is null
                    ? Mode == TlsMode.Opportunistic && IsEnforced
                        ? null
                        : Name
                    : $"{Name} ({Origin})",
                MtaSts is { Mode: var mode }
                    ? mode == MtaStsMode.Enforce
                        ? "mta-sts enforce"
                        : "mta-sts testing"
                    : null,
                IsMtaStsMissing ? "mta-sts not fetched" : null,
            }.OfType<string>()
        );

    private string Name =>
        Mode switch
        {
            TlsMode.Opportunistic => "opportunistic",
            TlsMode.None => "none",
            TlsMode.Require => "require",
            TlsMode.Verify => "verify",
            _ => throw new InvalidOperationException($"{Mode} is no TLS mode"),
        };

    // RFC 8461 §5: in testing the mail goes all the same, and the failure is worth telling.
    private string? FlawUnderTest(string host, string? tls, string? certificate) =>
        !MtaSts!.Covers(host) ? "host not named"
        : tls is null ? "no TLS"
        : certificate != CertificateCheck.Valid ? "certificate not valid"
        : null;
}

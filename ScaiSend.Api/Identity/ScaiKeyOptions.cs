namespace ScaiSend.Api.Identity;

/// <summary>The identity provider, if there is one. Section <c>ScaiKey</c>.</summary>
public sealed class ScaiKeyOptions
{
    /// <summary>Where its public keys are; empty: only tokens of the built-in issuer count.</summary>
    public string JwksUrl { get; set; } = "";

    /// <summary>What its tokens have as <c>iss</c>, or what that begins with before <c>/tenants/</c>.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>What its tokens have as <c>aud</c>: our client id there.</summary>
    public string Audience { get; set; } = "";

    /// <summary>How long fetched keys are used without looking for new ones.</summary>
    public TimeSpan KeysFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long they are used while ScaiKey does not answer.</summary>
    public TimeSpan KeysWithout { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Where it says its addresses (OpenID Connect Discovery 1.0); below <see cref="Issuer"/> when empty.</summary>
    public string DiscoveryUrl { get; set; } = "";

    /// <summary>Where people log in; what discovery says when empty. The same for the next two.</summary>
    public string AuthorizeUrl { get; set; } = "";

    /// <summary>Where codes and refresh tokens become tokens.</summary>
    public string TokenUrl { get; set; } = "";

    /// <summary>Where a user's name and address are, if his tokens do not say them.</summary>
    public string UserInfoUrl { get; set; } = "";

    /// <summary>Our client id; <see cref="Audience"/> when empty.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Our client secret; none when empty: then PKCE alone proves who we are.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>What it sends people back to; that of the login when empty.</summary>
    public string RedirectUrl { get; set; } = "";

    /// <summary>What we ask for.</summary>
    public string Scope { get; set; } = "openid profile email";

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (JwksUrl.Length == 0)
            yield break;
        if (!IsUrl(JwksUrl))
            yield return $"ScaiKey:JwksUrl is '{JwksUrl}'; allowed is an http or https URL";
        foreach (
            var (name, text) in ((string, string)[])
                [
                    (nameof(DiscoveryUrl), DiscoveryUrl),
                    (nameof(AuthorizeUrl), AuthorizeUrl),
                    (nameof(TokenUrl), TokenUrl),
                    (nameof(UserInfoUrl), UserInfoUrl),
                    (nameof(RedirectUrl), RedirectUrl),
                ]
        )
            if (text.Length > 0 && !IsUrl(text))
                yield return $"ScaiKey:{name} is '{text}'; allowed is an http or https URL";
        if (Issuer.Length == 0)
            yield return "ScaiKey:Issuer is not set; it is what ScaiKey's tokens have as iss, up to /tenants/";
        if (Audience.Length == 0)
            yield return "ScaiKey:Audience is not set; it is this application's client id at ScaiKey";
        if (KeysFor < TimeSpan.FromSeconds(1))
            yield return $"ScaiKey:KeysFor is {KeysFor}; allowed is 00:00:01 and more";
        if (KeysWithout < KeysFor)
            yield return $"ScaiKey:KeysWithout is {KeysWithout}; allowed is ScaiKey:KeysFor and more";
    }

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https");
}

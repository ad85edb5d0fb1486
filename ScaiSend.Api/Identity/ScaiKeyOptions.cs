using System.ComponentModel.DataAnnotations;

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

    /// <summary>What signs its webhooks; empty: they are refused.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>Where it is; needed to walk through what it has.</summary>
    public string Url { get; set; } = "";

    /// <summary>Where below its URL the listings are.</summary>
    public string ListingPath { get; set; } = "/api/v1/platform";

    /// <summary>Where below its URL OpenID Connect Discovery is.</summary>
    public string DiscoveryPath { get; set; } = "/.well-known/openid-configuration";

    /// <summary>How many things are asked for at once.</summary>
    [Range(1, 1000, ErrorMessage = "allowed is 1 to 1000")]
    public int PageSize { get; set; } = 200;

    /// <summary>How long is waited before a listing is asked for the second time; each time twice as long.</summary>
    public TimeSpan RetryWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The shortest secret of webhooks that is taken.</summary>
    public const int ShortestSecret = 16;

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors() => ErrorsOfTokens().Concat(ErrorsOfTheMirror());

    private IEnumerable<string> ErrorsOfTheMirror()
    {
        if (WebhookSecret.Length is > 0 and < ShortestSecret)
            yield return $"ScaiKey:WebhookSecret has {WebhookSecret.Length} characters; allowed is {ShortestSecret} and more";
        if (Url.Length > 0 && (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")))
            yield return $"ScaiKey:Url is '{Url}'; allowed is an http or https URL";
        if (!ListingPath.StartsWith('/'))
            yield return $"ScaiKey:ListingPath is '{ListingPath}'; allowed is a path such as /api/v1/platform";
        if (!DiscoveryPath.StartsWith('/'))
            yield return $"ScaiKey:DiscoveryPath is '{DiscoveryPath}'; allowed is a path such as /.well-known/openid-configuration";
        if (RetryWait < TimeSpan.Zero || RetryWait > TimeSpan.FromMinutes(1))
            yield return $"ScaiKey:RetryWait is {RetryWait}; allowed is 0 to 00:01:00";
    }

    private IEnumerable<string> ErrorsOfTokens()
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

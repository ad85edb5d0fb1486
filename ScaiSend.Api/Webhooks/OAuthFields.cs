using System.Text;
using ScaiSend.Api.Requests;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Webhooks;

/// <summary>The credentials with which a webhook gets a token before it posts. Null is what was not given; an empty text takes away what is there.</summary>
public sealed record OAuthFields(string? ClientId, string? ClientSecret, string? TokenUrl)
{
    /// <summary>What is said when only a part of them is there.</summary>
    public const string Half = "oauth_client_id, oauth_client_secret and oauth_token_url belong together: give all of them or none";

    /// <summary>Most characters of a client id.</summary>
    public const int MaxClientId = 255;

    /// <summary>Most characters of a secret: sealed and in UTF-8 it must fit into its column.</summary>
    public const int MaxSecret = 600;

    public static OAuthFields Read(BodyFields body, bool allowPrivate)
    {
        var fields = new OAuthFields(
            body.Text("oauth_client_id", MaxClientId),
            body.Text("oauth_client_secret", MaxSecret),
            body.Text("oauth_token_url", WebhookUrl.MaxLength)
        );
        if (fields.TokenUrl is { Length: > 0 } url && WebhookUrl.Wrong(url, allowPrivate) is { } wrong)
            body.Refuse("oauth_token_url", wrong);
        return fields;
    }

    /// <summary>Puts them beside what the webhook has; false when only a part would be there.</summary>
    public bool Apply(WebhookEndpoint webhook, SecretBox secrets)
    {
        webhook.OAuthClientId = Merge(ClientId, webhook.OAuthClientId);
        webhook.OAuthTokenUrl = Merge(TokenUrl, webhook.OAuthTokenUrl);
        if (ClientSecret is { } secret)
            webhook.SealedOAuthSecret = secret.Length == 0 ? null : secrets.Seal(Encoding.UTF8.GetBytes(secret));
        var isOff = webhook.OAuthClientId is null && webhook.OAuthTokenUrl is null;
        // Who takes the name and the URL away has no use for the secret.
        if (isOff && ClientSecret is null)
            webhook.SealedOAuthSecret = null;
        var hasSecret = webhook.SealedOAuthSecret is not null;
        return isOff ? !hasSecret : webhook.OAuthClientId is not null && webhook.OAuthTokenUrl is not null && hasSecret;
    }

    private static string? Merge(string? given, string? kept) =>
        given switch
        {
            null => kept,
            "" => null,
            _ => given,
        };
}

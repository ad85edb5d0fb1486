using Microsoft.AspNetCore.Builder;

namespace ScaiSend.Api.RateLimits;

/// <summary>What requests are counted as.</summary>
public enum Limit
{
    /// <summary>Whatever has no limit of its own; per credential.</summary>
    Others,

    /// <summary>Sending; per tenant.</summary>
    MailSend,

    /// <summary>Creating webhooks; per tenant.</summary>
    Webhooks,

    /// <summary>Test posts to webhooks, which go wherever the caller says; per tenant.</summary>
    WebhookTests,

    /// <summary>Creating API keys; per tenant.</summary>
    ApiKeys,

    /// <summary>Listing messages; per credential.</summary>
    Messages,

    /// <summary>Logging in, which needs no credential; per client address.</summary>
    Login,

    /// <summary>Wrong passwords for an account from one client address.</summary>
    WrongPasswordsFromOnePlace,

    /// <summary>Wrong passwords for an account from everywhere.</summary>
    WrongPasswords,
}

/// <summary>The limit of an endpoint.</summary>
public sealed record LimitRule(Limit Limit);

/// <summary>Gives endpoints their limit. One with an access rule and without a limit counts as <see cref="Limit.Others"/>.</summary>
public static class LimitRules
{
    public static RouteHandlerBuilder CountsAs(this RouteHandlerBuilder endpoint, Limit limit) =>
        endpoint.WithMetadata(new LimitRule(limit));
}

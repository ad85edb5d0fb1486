using System.ComponentModel.DataAnnotations;
using ScaiSend.Contracts;

namespace ScaiSend.Api.RateLimits;

/// <summary>How many requests are served. Section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    private const int Most = 1_000_000;
    private const string Allowed = "allowed is 1 to 1,000,000";

    /// <summary><c>POST /v3/mail/send</c>, per tenant.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int MailSendPerSecond { get; set; } = 10_000;

    /// <summary><c>POST /v3/user/webhooks</c>, per tenant.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int WebhooksPerMinute { get; set; } = 10;

    /// <summary><c>POST /v3/user/webhooks/{id}/test</c> and <c>…/event/test</c> together, per tenant.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int WebhookTestsPerMinute { get; set; } = 60;

    /// <summary><c>POST /v3/api_keys</c>, per tenant.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int ApiKeysPerMinute { get; set; } = 10;

    /// <summary><c>GET /v3/messages</c>, per credential.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int MessagesPerSecond { get; set; } = 100;

    /// <summary>All others together, per credential.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int OthersPerSecond { get; set; } = 1_000;

    /// <summary>The login page and <c>/v3/auth</c> but for <c>me</c>, together, per client address.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int LoginPerMinute { get; set; } = 60;

    /// <summary>Wrong passwords in a quarter of an hour for one account from one client address.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int WrongPasswordsFromOnePlace { get; set; } = 10;

    /// <summary>Wrong passwords in a quarter of an hour for one account from everywhere.</summary>
    [Range(1, Most, ErrorMessage = Allowed)]
    public int WrongPasswords { get; set; } = 100;

    /// <summary>How long Redis may take to count before this process counts alone.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10", ErrorMessage = "allowed is 1 ms to 10 seconds")]
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Other numbers for some tenants, by their public id.</summary>
    public Dictionary<string, TenantRateLimits> Tenants { get; set; } = [];

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var (id, limits) in Tenants)
        {
            if (!Ids.TryRead(Ids.Tenant, id, out _))
                yield return $"RateLimits:Tenants:{id} names no tenant; allowed is tnt_ and 32 hexadecimal digits";
            foreach (var property in typeof(TenantRateLimits).GetProperties())
                if (property.GetValue(limits) is int number && number is < 1 or > Most)
                    yield return $"RateLimits:Tenants:{id}:{property.Name} is '{number}'; {Allowed}";
        }
    }
}

/// <summary>What is different for one tenant; null is what all have. Section <c>RateLimits:Tenants:&lt;id&gt;</c>.</summary>
public sealed class TenantRateLimits
{
    public int? MailSendPerSecond { get; set; }
    public int? WebhooksPerMinute { get; set; }
    public int? WebhookTestsPerMinute { get; set; }
    public int? ApiKeysPerMinute { get; set; }
    public int? MessagesPerSecond { get; set; }
    public int? OthersPerSecond { get; set; }

    /// <summary>What was set by API; null when nothing was.</summary>
    public static TenantRateLimits? Stored(int? mailSend, int? messages, int? others) =>
        mailSend is null && messages is null && others is null
            ? null
            : new TenantRateLimits
            {
                MailSendPerSecond = mailSend,
                MessagesPerSecond = messages,
                OthersPerSecond = others,
            };
}

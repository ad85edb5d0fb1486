using Microsoft.Extensions.Options;
using ScaiSend.Contracts;

namespace ScaiSend.Api.RateLimits;

/// <summary>The numbers of each limit, for each tenant.</summary>
public sealed class LimitTable(IOptions<RateLimitOptions> options)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private readonly RateLimitOptions _all = options.Value;
    private readonly Dictionary<Guid, TenantRateLimits> _tenants = options
        .Value.Tenants.Where(tenant => Ids.TryRead(Ids.Tenant, tenant.Key, out _))
        .ToDictionary(tenant => Guid.ParseExact(tenant.Key[Ids.Tenant.Length..], "N"), tenant => tenant.Value);

    /// <summary>The terms of a limit for a tenant's requests.</summary>
    /// <param name="stored">What was set for the tenant by API; it wins over the settings.</param>
    public LimitTerms For(Limit limit, Guid tenantId, TenantRateLimits? stored = null)
    {
        var own = _tenants.GetValueOrDefault(tenantId);
        return limit switch
        {
            Limit.MailSend => new(stored?.MailSendPerSecond ?? own?.MailSendPerSecond ?? _all.MailSendPerSecond, Second, IsPerTenant: true),
            Limit.Webhooks => new(own?.WebhooksPerMinute ?? _all.WebhooksPerMinute, Minute, IsPerTenant: true),
            Limit.WebhookTests => new(own?.WebhookTestsPerMinute ?? _all.WebhookTestsPerMinute, Minute, IsPerTenant: true),
            Limit.ApiKeys => new(own?.ApiKeysPerMinute ?? _all.ApiKeysPerMinute, Minute, IsPerTenant: true),
            Limit.Messages => new(
                stored?.MessagesPerSecond ?? own?.MessagesPerSecond ?? _all.MessagesPerSecond,
                Second,
                IsPerTenant: false
            ),
            Limit.Login => new(_all.LoginPerMinute, Minute, IsPerTenant: false),
            Limit.WrongPasswordsFromOnePlace => new(_all.WrongPasswordsFromOnePlace, Quarter, IsPerTenant: false),
            Limit.WrongPasswords => new(_all.WrongPasswords, Quarter, IsPerTenant: false),
            _ => new(stored?.OthersPerSecond ?? own?.OthersPerSecond ?? _all.OthersPerSecond, Second, IsPerTenant: false),
        };
    }
}

/// <summary>So many requests in each window of time, for a tenant or for each of its credentials.</summary>
public readonly record struct LimitTerms(int Permits, TimeSpan Window, bool IsPerTenant)
{
    /// <summary>How many permits a process takes from the shared count at once: 1 %, so that busy limits do not cost a round trip for each request.</summary>
    public int Block => Math.Max(1, Permits / 100);
}

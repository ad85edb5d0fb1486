using System.Reflection;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Session;

/// <summary>Who looks at a page: found once, at the console's door, from the session. Handlers of pages with a <see cref="PageRule"/> take it as a parameter.</summary>
/// <param name="Who">As the admin API sees him; decides together with the rule and <see cref="Sight"/> what he may.</param>
/// <param name="Caller">Of a login; null for an operator with his key.</param>
/// <param name="Name">What he is called.</param>
/// <param name="HomeName">The name of his own tenant.</param>
/// <param name="FormToken">Proves that a form comes from a page of his.</param>
public sealed record Visitor(Administrator Who, Caller? Caller, string Name, string? HomeName, string FormToken)
{
    /// <summary>The tenant of others that he looks at, and why; staff only.</summary>
    public TenantLook? Look { get; init; }

    /// <summary>The tenant whose things he sees; null when he has none, or has chosen none.</summary>
    public Guid? TenantOrNone => Look?.TenantId ?? Who.TenantId;

    /// <summary>The same on pages whose rule asks for one.</summary>
    public Guid TenantId => TenantOrNone ?? throw new InvalidOperationException("The rule of this page asks for no tenant");

    /// <summary>Its name.</summary>
    public string? TenantName => Look?.TenantName ?? HomeName;

    /// <summary>Whether the tenant is another's, so that what he does there needs a reason.</summary>
    public bool IsAway => Look is not null && Who.MustSayWhy(Look.TenantId);

    /// <summary>Whether he may what his role, or being staff, allows.</summary>
    public bool May(params string[] anyOfScopes) => Who.IsStaff || anyOfScopes.Any(Who.Scopes.Contains);

    /// <summary>What is wrong with the reason that he gives for what he does here; null when nothing is.</summary>
    public string? WrongReason(string reason) =>
        IsAway && !AuditLog.Says(reason) ? "Say why. It is kept in the tenant’s audit log."
        : reason.Length > AuditLog.MaxReason ? $"The reason has more than {AuditLog.MaxReason} characters."
        : null;

    /// <summary>What he does here, for the audit log.</summary>
    public Act Act(string reason) => new(Who.Who, reason);

    /// <summary>How the framework finds the parameter.</summary>
    public static ValueTask<Visitor?> BindAsync(HttpContext http, ParameterInfo _) => ValueTask.FromResult(http.Features.Get<Visitor>());
}

/// <summary>A tenant that one of staff looks at, as long as he says so.</summary>
/// <param name="Reason">Written down when it was chosen, and with each look at what mail says.</param>
public sealed record TenantLook(Guid TenantId, string TenantName, string Reason);

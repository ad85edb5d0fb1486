using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Console.Tenants;

/// <summary>
/// <c>/console/tenant</c>, for staff: chooses the tenant to look at, and says why. That is in the tenant's audit log before anything of it is shown.
/// </summary>
public static class TenantEndpoints
{
    private const int MaxShown = 50;
    private const int MaxSought = 320;

    public static void MapTenantChoice(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/tenant", ShowAsync).PageForStaff().InMenu("Choose a tenant", MenuPart.Mail, order: 9);
        routes.MapPost("/console/tenant", ChooseAsync).PageForStaff();
        routes.MapPost("/console/tenant/leave", Leave).PageForStaff();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MailDatabase database, WhoseMail whose)
    {
        var query = http.Request.Query;
        var sought = query["q"].ToString().Trim();
        if (sought.Length > MaxSought)
            return Trouble.BadForm($"An address has at most {MaxSought} characters.");
        var found = sought.Length > 0 ? new SoughtMail(sought, await whose.FindAsync(sought, http.RequestAborted)) : null;
        return await ChoicesAsync(http, database, query["tenant"].ToString(), query["to"].ToString(), "", null, found);
    }

    private static async Task<IResult> ChooseAsync(
        HttpContext http,
        Visitor visitor,
        PostedForm form,
        MailDatabase database,
        QueueNames names,
        AuditLog audit,
        SessionCookies cookies
    )
    {
        var (name, to, reason) = (form.Text("tenant"), form.Text("to"), form.Text("reason"));
        if (await names.TenantAsync(name, http.RequestAborted) is not { } tenantId)
            return await ChoicesAsync(http, database, name, to, reason, "There is no such tenant. Give its short name or its id.");
        var isOther = visitor.Who.MustSayWhy(tenantId);
        if (isOther && !AuditLog.IsReason(reason))
            return await ChoicesAsync(
                http,
                database,
                name,
                to,
                reason,
                $"Say why you look at it, in at most {AuditLog.MaxReason} characters."
            );
        if (isOther)
            await audit.AddDoneAsync("mail_look", new { TenantId = tenantId }, reason, visitor.Who.Who, http.RequestAborted, tenantId);
        await using var db = database.For(tenantId);
        var shown = await db.Tenants.Select(t => t.Name).SingleAsync(http.RequestAborted);
        if (isOther)
            cookies.WriteLook(http, cookies.ReadSession(http)!, new TenantLook(tenantId, shown, reason));
        else
            cookies.DropLook(http);
        return new SeeOther(ConsolePaths.Checked(to));
    }

    private static IResult Leave(HttpContext http, SessionCookies cookies)
    {
        cookies.DropLook(http);
        return new SeeOther("");
    }

    private static async Task<IResult> ChoicesAsync(
        HttpContext http,
        MailDatabase database,
        string name,
        string to,
        string reason,
        string? trouble,
        SoughtMail? sought = null
    )
    {
        await using var db = database.ForPlatform();
        var tenants = db.Tenants.IgnoreQueryFilters().AsNoTracking().Where(t => t.DeletedAt == null);
        if (name.Length > 0)
            tenants = tenants.Where(t => t.Slug.Contains(name) || t.Name.Contains(name));
        var found = await tenants.OrderBy(t => t.Slug).Take(MaxShown).ToListAsync(http.RequestAborted);
        return Page.Of<TenantPage>(
            trouble is null ? "Choose a tenant" : "Error: Choose a tenant",
            new TenantChoice(found, name, ConsolePaths.Checked(to), reason, trouble, sought),
            trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }
}

/// <summary>What the page shows from which staff chooses a tenant.</summary>
/// <param name="To">The page that it leads to.</param>
/// <param name="Sought">What was asked for by an address or an id; null when nothing was.</param>
public sealed record TenantChoice(
    IReadOnlyList<Tenant> Tenants,
    string Name,
    string To,
    string Reason,
    string? Trouble,
    SoughtMail? Sought
);

/// <summary>A mail that staff knows by its recipient or an id, and the tenants that have such.</summary>
public sealed record SoughtMail(string Text, IReadOnlyList<MailOfTenant> Found)
{
    /// <summary>The page of it, once the tenant is chosen. An id leads to its message.</summary>
    public string Page => $"messages?q={Uri.EscapeDataString(Text)}";
}

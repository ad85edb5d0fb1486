using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Domains;
using ScaiSend.Contracts;
using ScaiSend.Platform;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Api.Console.Domains;

/// <summary>
/// <c>/console/domains</c>: a tenant's sender domains, and one more; <c>/console/domains/{id}</c>: one of them with its records as they should be and as they
/// are, and its settings. <c>check</c> asks DNS now; <c>rotate</c> and <c>delete</c> say first what they do.
/// </summary>
public static class DomainPageEndpoints
{
    private const string One = "/console/domains/{id}";

    public static void MapDomainPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/domains", ListAsync).PageOfTenant(Scopes.DomainsRead).InMenu("Sender domains", MenuPart.Settings);
        routes.MapPost("/console/domains", AddAsync).PageOfTenant(Scopes.DomainsWrite);
        routes.MapGet(One, ShowAsync).PageOfTenant(Scopes.DomainsRead);
        routes.MapPost(One, ChangeAsync).PageOfTenant(Scopes.DomainsWrite);
        routes.MapPost($"{One}/check", CheckAsync).PageOfTenant(Scopes.DomainsWrite);
        routes.MapGet($"{One}/rotate", AskToRotateAsync).PageOfTenant(Scopes.DomainsWrite);
        routes.MapPost($"{One}/rotate", RotateAsync).PageOfTenant(Scopes.DomainsWrite);
        routes.MapGet($"{One}/delete", AskToDeleteAsync).PageOfTenant(Scopes.DomainsWrite);
        routes.MapPost($"{One}/delete", DeleteAsync).PageOfTenant(Scopes.DomainsWrite);
    }

    private static Task<IResult> ListAsync(HttpContext http, Visitor visitor, DomainParts parts) =>
        AllAsync(http, visitor, parts, DomainForm.Empty);

    private static async Task<IResult> AllAsync(HttpContext http, Visitor visitor, DomainParts parts, DomainForm typed)
    {
        var number = int.TryParse(http.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        number = Math.Clamp(number, 1, StoredDomains.Most);
        var skip = (number - 1) * DomainList.PageSize;
        var (found, total) = await parts.Stored.ListAsync(visitor.TenantId, skip, DomainList.PageSize, http.RequestAborted);
        return Page.Of<DomainsPage>(
            Title("Sender domains", typed),
            new DomainList(
                [.. found.Select(it => (it.Domain, DomainStanding.Of(it.Domain, parts.Grace)))],
                total,
                number,
                typed,
                visitor.May(Scopes.DomainsWrite)
            ),
            Status(typed)
        );
    }

    private static async Task<IResult> AddAsync(HttpContext http, Visitor visitor, PostedForm form, DomainParts parts)
    {
        var (typed, fields) = DomainForm.Read(form, visitor, isNew: true);
        if (fields is null)
            return await AllAsync(http, visitor, parts, typed);
        var (addition, added) = await parts.Stored.AddAsync(visitor.TenantId, fields, visitor.Act(typed.Reason), http.RequestAborted);
        return addition switch
        {
            DomainAddition.Done => new SeeOther(
                Of(added!.Domain),
                $"{added.Domain.Name} was added. Publish its records now, as they are shown here."
            ),
            DomainAddition.IsThere => await AgainAsync($"{fields.Domain} is there already."),
            _ => await AgainAsync($"A tenant has at most {StoredDomains.Most} domains."),
        };

        Task<IResult> AgainAsync(string trouble) => AllAsync(http, visitor, parts, typed with { Troubles = [trouble] });
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, string id, DomainParts parts) =>
        await parts.Stored.FindAsync(visitor.TenantId, id, http.RequestAborted) is { } found
            ? await OneAsync(http, visitor, parts, found, DomainForm.Of(found.Domain))
            : Trouble.NotFound("domain");

    private static async Task<IResult> OneAsync(
        HttpContext http,
        Visitor visitor,
        DomainParts parts,
        DomainWithKeys it,
        DomainForm typed
    ) =>
        Page.Of<DomainPage>(
            Title(it.Domain.Name, typed),
            new DomainView(
                it,
                DomainStanding.Of(it.Domain, parts.Grace),
                [.. parts.Records.Of(it)],
                DomainVerification.ReadChecks(it.Domain).FirstOrDefault(check => check.Purpose == RecordCheck.Spf),
                await parts.Stored.HistoryAsync(visitor.TenantId, it.Domain.Id, DomainView.MaxEvents, http.RequestAborted),
                typed,
                visitor.May(Scopes.DomainsWrite)
            )
            {
                ReturnPath = it.Domain.ReturnPathFrom is null ? parts.Installation.Name : ExpectedRecords.ReturnPathHost(it.Domain.Name),
                KeepsKeys = parts.Options.Value.KeepRetiredKeys,
            },
            Status(typed)
        );

    private static async Task<IResult> ChangeAsync(HttpContext http, Visitor visitor, string id, PostedForm form, DomainParts parts)
    {
        if (await parts.Stored.FindAsync(visitor.TenantId, id, http.RequestAborted) is not { } found)
            return Trouble.NotFound("domain");
        var (typed, fields) = DomainForm.Read(form, visitor, isNew: false);
        if (fields is null)
            return await OneAsync(http, visitor, parts, found, typed with { Domain = found.Domain.Name });
        var records = parts.Records.Of(found).Select(record => (record.Host, record.Value)).ToHashSet();
        if (await parts.Stored.ChangeAsync(visitor.TenantId, id, fields, visitor.Act(typed.Reason), http.RequestAborted) is not { } changed)
            return Trouble.NotFound("domain");
        return new SeeOther(
            Of(changed.Domain),
            parts.Records.Of(changed).All(record => records.Contains((record.Host, record.Value)))
                ? "It is saved."
                : "It is saved. Records below are other ones now: publish them."
        );
    }

    private static async Task<IResult> CheckAsync(HttpContext http, Visitor visitor, string id, DomainParts parts)
    {
        if (
            !Ids.TryRead(Ids.Domain, id, out var domainId)
            || await parts.Verification.RunAsync(visitor.TenantId, domainId, http.RequestAborted) is not { } domain
        )
            return Trouble.NotFound("domain");
        var lacking = DomainVerification.ReadChecks(domain).Count(c => c.Purpose != RecordCheck.Spf && c.Status != RecordStatus.Found);
        return new SeeOther(
            Of(domain),
            lacking switch
            {
                0 => "DNS was asked: all records are as they should be.",
                1 => "DNS was asked: one record is not as it should be.",
                _ => string.Create(CultureInfo.InvariantCulture, $"DNS was asked: {lacking} records are not as they should be."),
            }
        );
    }

    private static Task<IResult> AskToRotateAsync(HttpContext http, Visitor visitor, string id, DomainParts parts) =>
        WithAsync(http, visitor, id, parts, it => Task.FromResult<IResult>(Rotation(it, "").Show()));

    private static Task<IResult> RotateAsync(HttpContext http, Visitor visitor, string id, PostedForm form, DomainParts parts) =>
        WithAsync(
            http,
            visitor,
            id,
            parts,
            async it =>
            {
                var reason = form.Text("reason");
                if (visitor.WrongReason(reason) is { } trouble)
                    return Rotation(it, reason).Show(trouble);
                await parts.Stored.RotateAsync(visitor.TenantId, id, visitor.Act(reason), http.RequestAborted);
                return new SeeOther(Of(it.Domain), "There are new keys. Publish their records; until they are seen, the old keys sign.");
            }
        );

    private static Task<IResult> AskToDeleteAsync(HttpContext http, Visitor visitor, string id, DomainParts parts) =>
        WithAsync(http, visitor, id, parts, it => Task.FromResult<IResult>(Deletion(it, "").Show()));

    private static Task<IResult> DeleteAsync(HttpContext http, Visitor visitor, string id, PostedForm form, DomainParts parts) =>
        WithAsync(
            http,
            visitor,
            id,
            parts,
            async it =>
            {
                var reason = form.Text("reason");
                if (visitor.WrongReason(reason) is { } trouble)
                    return Deletion(it, reason).Show(trouble);
                await parts.Stored.DeleteAsync(visitor.TenantId, id, visitor.Act(reason), http.RequestAborted);
                return new SeeOther("domains", $"{it.Domain.Name} is deleted. Mail from it is refused from now on.");
            }
        );

    private static async Task<IResult> WithAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        DomainParts parts,
        Func<DomainWithKeys, Task<IResult>> show
    ) =>
        await parts.Stored.FindAsync(visitor.TenantId, id, http.RequestAborted) is { } found
            ? await show(found)
            : Trouble.NotFound("domain");

    private static Confirmation Rotation(DomainWithKeys it, string reason) =>
        new(
            "Make new DKIM keys",
            $"{Of(it.Domain)}/rotate",
            (it.Domain.Name, Of(it.Domain)),
            [
                "New keys are made under the next name. You publish their records beside the old ones.",
                "As soon as the new records are seen, mail is signed with the new keys. Until then the old ones sign: there is no gap.",
            ]
        )
        {
            Warning = it.Keys.Any(key => key.UsedFrom is null && key.RetiredAt is null)
                ? "Keys are waiting for their records already. Publish those; nothing new is made before."
                : null,
            Reason = reason,
        };

    private static Confirmation Deletion(DomainWithKeys it, string reason) =>
        new(
            "Delete the domain",
            $"{Of(it.Domain)}/delete",
            (it.Domain.Name, Of(it.Domain)),
            [
                $"Mail from {it.Domain.Name} is refused from now on. Mail that was accepted is still signed and sent.",
                "Leave its DKIM records in DNS for some days. The domain can be added again; it gets new keys then.",
            ],
            IsDanger: true
        )
        {
            Reason = reason,
        };

    private static string Of(SenderDomain domain) => $"domains/{Ids.Show(Ids.Domain, domain.Id)}";

    private static string Title(string title, DomainForm typed) => typed.Troubles.Count == 0 ? title : $"Error: {title}";

    private static int Status(DomainForm typed) =>
        typed.Troubles.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}

/// <summary>What the pages of sender domains work with.</summary>
public sealed record DomainParts(
    StoredDomains Stored,
    DomainRecords Records,
    DomainVerification Verification,
    ReturnPathDomain Installation,
    IOptions<DomainOptions> Options
)
{
    /// <summary>How long a domain stays verified after its record broke.</summary>
    public TimeSpan Grace => Options.Value.Grace;
}

/// <summary>What the page of all domains shows.</summary>
public sealed record DomainList(
    IReadOnlyList<(SenderDomain Domain, DomainStanding Standing)> Domains,
    int Total,
    int Number,
    DomainForm Typed,
    bool MayWrite
)
{
    public const int PageSize = 50;

    public bool HasMore => Number * PageSize < Total;
}

/// <summary>What the page of one domain shows.</summary>
/// <param name="InstallationSpf">What DNS said of the installation's own record.</param>
public sealed record DomainView(
    DomainWithKeys It,
    DomainStanding Standing,
    IReadOnlyList<DomainRecord> Records,
    RecordCheck? InstallationSpf,
    IReadOnlyList<DomainEvent> History,
    DomainForm Typed,
    bool MayWrite
)
{
    /// <summary>Most events of the page; the API has all.</summary>
    public const int MaxEvents = 30;

    /// <summary>The domain that reports about its mail come back to.</summary>
    public string ReturnPath { get; init; } = "";

    /// <summary>How long the record of a retired key is still needed.</summary>
    public TimeSpan KeepsKeys { get; init; }

    public string Page => $"domains/{Ids.Show(Ids.Domain, It.Domain.Id)}";
}

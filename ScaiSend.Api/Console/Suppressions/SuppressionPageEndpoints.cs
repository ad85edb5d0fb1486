using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Suppressions;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Console.Suppressions;

/// <summary>
/// <c>/console/suppressions</c>: the addresses on all lists of the tenant, one list, or one address on all of them; addresses are added by hand, and taken
/// off by <c>/console/suppressions/{id}/remove</c>.
/// </summary>
public static class SuppressionPageEndpoints
{
    private const int MaxAddress = 320;

    private static readonly Dictionary<string, string> Labels = new() { ["email"] = "The address", ["reason"] = "The reason" };

    public static void MapSuppressionPage(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/console/suppressions", ShowAsync)
            .PageOfTenant(Scopes.SuppressionsRead)
            .InMenu("Suppressions", MenuPart.Mail, order: 2);
        routes.MapPost("/console/suppressions", AddAsync).PageOfTenant(Scopes.SuppressionsWrite);
        routes.MapGet("/console/suppressions/{id}/remove", AskAsync).PageOfTenant(Scopes.SuppressionsWrite);
        routes.MapPost("/console/suppressions/{id}/remove", RemoveAsync).PageOfTenant(Scopes.SuppressionsWrite);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, SuppressionParts parts) =>
        await PageAsync(http, visitor, parts, new NewEntryForm("", "", ""), []);

    private static async Task<IResult> AddAsync(HttpContext http, Visitor visitor, PostedForm form, SuppressionParts parts)
    {
        var typed = new NewEntryForm(form.Text("email"), form.Text("to"), form.Text("reason"));
        var body = form.AsBody(["email", "reason"]);
        var email = AddressList.One(body);
        var lists = await parts.ListsAsync(visitor.TenantId, http.RequestAborted);
        if (lists.FirstOrDefault(list => list.Value == typed.List) is not { } chosen)
            return await PageAsync(http, visitor, parts, typed, ["Choose a list."]);
        if (body.Errors.Count > 0)
            return await PageAsync(http, visitor, parts, typed, body.Sentences(Labels));
        if (visitor.WrongReason(typed.Reason) is { } trouble)
            return await PageAsync(http, visitor, parts, typed, [trouble]);
        var target = new { Lists = new[] { chosen.List } };
        await parts.Audit.AddDoneAsync("suppression_add", target, typed.Reason, visitor.Who.Who, http.RequestAborted, visitor.TenantId);
        var added = await parts.Stored.AddNewAsync([parts.New(visitor.TenantId, chosen, email, typed.Reason)], http.RequestAborted);
        return new SeeOther(
            $"suppressions?address={Uri.EscapeDataString(email)}",
            added == 0
                ? $"{email} was on this list already. Nothing was changed."
                : $"{email} is on the list “{chosen.Name}” now. {chosen.Says}"
        );
    }

    private static async Task<IResult> AskAsync(HttpContext http, Visitor visitor, string id, SuppressionParts parts) =>
        await parts.FindAsync(visitor.TenantId, id, http.RequestAborted) is { } found ? Ask(found, "").Show() : Trouble.NotFound("entry");

    private static async Task<IResult> RemoveAsync(HttpContext http, Visitor visitor, string id, PostedForm form, SuppressionParts parts)
    {
        if (await parts.FindAsync(visitor.TenantId, id, http.RequestAborted) is not { } found)
            return Trouble.TooLate("The address is not on this list any more.");
        var reason = form.Text("reason");
        if (visitor.WrongReason(reason) is { } trouble)
            return Ask(found, reason).Show(trouble);
        var target = new { found.MessageId, Lists = new[] { found.List.List } };
        await parts.Audit.AddDoneAsync("suppression_remove", target, reason, visitor.Who.Who, http.RequestAborted, visitor.TenantId);
        await parts.Listed.RemoveAsync(visitor.TenantId, found.Listed, http.RequestAborted);
        return new SeeOther(Of(found), $"{found.Listed.Entry.Address} is off the list “{found.List.Name}”.");
    }

    private static Confirmation Ask(FoundEntry found, string reason) =>
        new(
            "Take off the list",
            $"suppressions/{found.Listed.Key}/remove",
            ("Suppressions", Of(found)),
            [
                $"{found.Listed.Entry.Address} is taken off the list “{found.List.Name}”.",
                found.List.KeepsBack
                    ? "Mail to it is sent again, unless it is on another list. Mail that was dropped stays dropped; send it again if it is still needed."
                    : "That changes nothing for its mail: blocks keep nothing back.",
            ]
        )
        {
            Warning = found.Listed.IsWish
                ? "The recipient has asked for this. Take the address off only if the recipient has asked for mail again."
                : null,
            Reason = reason,
        };

    private static string Of(FoundEntry found) => $"suppressions?address={Uri.EscapeDataString(found.Listed.Entry.Address)}";

    private static async Task<IResult> PageAsync(
        HttpContext http,
        Visitor visitor,
        SuppressionParts parts,
        NewEntryForm typed,
        IReadOnlyList<string> troubles
    )
    {
        var query = http.Request.Query;
        var lists = await parts.ListsAsync(visitor.TenantId, http.RequestAborted);
        var address = query["address"].ToString().Trim();
        var chosen = lists.FirstOrDefault(list => list.Value == query["list"]);
        var before = SuppressionPlace.Read(query["before"]);
        FoundEntries found =
            address.Length > MaxAddress ? new([], null)
            : address.Length > 0 ? await parts.Search.FindAsync(visitor.TenantId, lists, address, http.RequestAborted)
            : await parts.Search.ListAsync(visitor.TenantId, chosen is null ? lists : [chosen], before, http.RequestAborted);
        return Page.Of<SuppressionPage>(
            troubles.Count == 0 ? "Suppressions" : "Error: Suppressions",
            new SuppressionModel(found, lists, chosen, address, before, typed, troubles)
            {
                MayWrite = visitor.May(Scopes.SuppressionsWrite),
                MaySeeMail = visitor.May(Messages.SearchEndpoints.Reading),
            },
            troubles.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }
}

/// <summary>What the pages of suppressions work with.</summary>
public sealed record SuppressionParts(
    SuppressionSearch Search,
    ListedAddresses Listed,
    StoredSuppressions Stored,
    StoredGroups Groups,
    AuditLog Audit,
    TimeProvider Time
)
{
    /// <summary>All lists of the tenant.</summary>
    public async Task<IReadOnlyList<ListChoice>> ListsAsync(Guid tenantId, CancellationToken cancellationToken) =>
        ListChoice.Of(await Groups.AllAsync(tenantId, cancellationToken));

    /// <summary>The entry of a <see cref="ListedAddress.Key"/>; null when the tenant has none.</summary>
    public async Task<FoundEntry?> FindAsync(Guid tenantId, string key, CancellationToken cancellationToken)
    {
        if (await Listed.FindAsync(tenantId, key, cancellationToken) is not { } listed)
            return null;
        var lists = await ListsAsync(tenantId, cancellationToken);
        var all = await Search.FindAsync(tenantId, lists, listed.Entry.Address, cancellationToken);
        return all.Entries.FirstOrDefault(found => found.Listed.Key == listed.Key);
    }

    /// <summary>An entry that somebody adds by hand.</summary>
    public Suppression New(Guid tenantId, ListChoice list, string email, string reason) =>
        SuppressionFamily.All.FirstOrDefault(family => family.List == list.List) is { } family
            ? family.NewEntry(tenantId, email, reason, Time.GetUtcNow())
            : Unsubscribed.From(
                new ListOfTenant(tenantId, list.List, list.GroupId),
                email,
                Time.GetUtcNow(),
                reason.Length > 0 ? reason : null
            );
}

/// <summary>What was typed to add an entry.</summary>
public sealed record NewEntryForm(string Email, string List, string Reason);

/// <summary>What the page of suppressions shows.</summary>
/// <param name="Chosen">The one list that is shown; null for all.</param>
/// <param name="Address">The one address that is shown; empty for all.</param>
public sealed record SuppressionModel(
    FoundEntries Found,
    IReadOnlyList<ListChoice> Lists,
    ListChoice? Chosen,
    string Address,
    SuppressionPlace? Before,
    NewEntryForm Typed,
    IReadOnlyList<string> Troubles
)
{
    public bool MayWrite { get; init; }
    public bool MaySeeMail { get; init; }

    /// <summary>Another page of the same list.</summary>
    public string PageBefore(SuppressionPlace? place)
    {
        var fields = ((string, string?)[])[("list", Chosen?.Value), ("before", place?.ToString())];
        var given = fields.Where(field => field.Item2 is not null).Select(field => $"{field.Item1}={Uri.EscapeDataString(field.Item2!)}");
        return $"suppressions?{string.Join('&', given)}";
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Api.Console.Operations;

/// <summary><c>GET /console/ledger</c>, for staff: what was accepted against what there is, by tenant, and the messages for which it differs.</summary>
public static class LedgerPageEndpoints
{
    /// <summary>Most tenants that are shown.</summary>
    public const int MostTenants = 100;

    /// <summary>How far back one can look; bodies are kept for a week, and without its body a message is not compared.</summary>
    public static readonly IReadOnlyList<(string Word, string Title, TimeSpan Back)> Choices =
    [
        ("1h", "Last hour", TimeSpan.FromHours(1)),
        ("24h", "24 hours", TimeSpan.FromHours(24)),
        ("7d", "7 days", TimeSpan.FromDays(7)),
    ];

    public static void MapLedgerPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/console/ledger", ShowAsync).PageForStaff().InMenu("Ledger", MenuPart.Operations, order: 2);

    private static async Task<IResult> ShowAsync(HttpContext http, LedgerLook look, MailDatabase database)
    {
        var asked = http.Request.Query["back"].ToString();
        var chosen = Choices.FirstOrDefault(choice => choice.Word == asked, Choices[1]);
        var ledger = await look.ReadAsync(chosen.Back, http.RequestAborted);
        await using var db = database.ForPlatform();
        var names = await db.SlugsAsync(
            ledger.Tenants.Take(MostTenants).Select(tenant => tenant.TenantId).Union(ledger.Doubtful.Select(message => message.TenantId)),
            http.RequestAborted
        );
        return Page.Of<LedgerPage>("Ledger", new LedgerModel(ledger, chosen.Word, names));
    }
}

/// <summary>What the page of the ledger shows.</summary>
/// <param name="Back">The choice, as in the query.</param>
/// <param name="Names">The short names of its tenants.</param>
public sealed record LedgerModel(LedgerOfTime Ledger, string Back, IReadOnlyDictionary<Guid, string> Names);

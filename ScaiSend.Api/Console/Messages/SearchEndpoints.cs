using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Contracts;

namespace ScaiSend.Api.Console.Messages;

/// <summary><c>GET /console/messages</c>: the messages of a tenant, and those that somebody looks for.</summary>
public static class SearchEndpoints
{
    /// <summary>Those of <c>GET /v3/messages</c>.</summary>
    public static readonly string[] Reading = [Scopes.StatsRead, Scopes.MailSend, Scopes.MailCancel];

    public static void MapMessageSearch(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/console/messages", FindAsync).PageOfTenant(Reading).InMenu("Messages", MenuPart.Mail, order: 1);

    private static async Task<IResult> FindAsync(HttpContext http, Visitor visitor, MessageSearch search)
    {
        var query = SearchQuery.Read(http.Request.Query);
        if (query.Id is { } id)
            return await search.FindAsync(visitor.TenantId, id, http.RequestAborted) is { } message
                ? new SeeOther($"messages/{Ids.Show(Ids.Message, message)}")
                : Page.Of<SearchPage>(
                    "Messages",
                    new SearchModel(
                        query with
                        {
                            Trouble = "There is no message with this id here. It may be another tenant's, or it was deleted.",
                        },
                        null
                    )
                );
        return Page.Of<SearchPage>(
            "Messages",
            new SearchModel(query, await search.FindAsync(visitor.TenantId, query, http.RequestAborted))
        );
    }
}

/// <summary>What was looked for, and what was found.</summary>
public sealed record SearchModel(SearchQuery Query, FoundMessages? Found);

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Nodes;

namespace ScaiSend.Api.Admin;

/// <summary>For operators. <c>GET /api/admin/nodes</c>: the processes of this installation, their roles, versions and policies. Errors: 401, 403.</summary>
public static class NodeEndpoints
{
    /// <summary>Most that are listed.</summary>
    public const int MaxListed = 1000;

    public static void MapNodes(this IEndpointRouteBuilder routes) => routes.MapGet("/api/admin/nodes", ListAsync).OperatorsOnly();

    private static async Task<IResult> ListAsync(HttpContext http, MailDatabase database, TimeProvider time)
    {
        await using var db = database.ForPlatform();
        var nodes = await db.ListNodesAsync(MaxListed, http.RequestAborted);
        return Results.Json(new { nodes = nodes.Select(node => PolicyShape.Body(node, time.GetUtcNow())) });
    }
}

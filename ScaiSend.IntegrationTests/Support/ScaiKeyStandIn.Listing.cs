using Microsoft.AspNetCore.Routing;

namespace ScaiSend.IntegrationTests.Support;

// What it has: partners, tenants, users and groups, page by page, and news of them by webhook.
public sealed partial class ScaiKeyStandIn
{
    private void MapListing(IEndpointRouteBuilder app) => _ = app;
}

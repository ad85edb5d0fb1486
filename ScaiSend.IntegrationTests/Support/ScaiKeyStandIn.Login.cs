using Microsoft.AspNetCore.Routing;

namespace ScaiSend.IntegrationTests.Support;

// OAuth 2: the code flow with PKCE, and the endpoint for tokens.
public sealed partial class ScaiKeyStandIn
{
    private void MapLogin(IEndpointRouteBuilder app) => _ = app;
}

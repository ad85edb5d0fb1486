using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Scalar.AspNetCore;

namespace ScaiSend.Api.OpenApi;

/// <summary><c>GET /openapi/v3.json</c>: the document, from memory. <c>GET /docs</c>: a page to browse it; all that it loads comes from here. Both are public.</summary>
public static class OpenApiEndpoints
{
    private const string DocumentPath = "/openapi/v3.json";

    // Put together when first asked for, so that it costs a start nothing.
    private static readonly Lazy<(byte[] Json, EntityTagHeaderValue Tag)> Document = new(() =>
    {
        var json = Encoding.UTF8.GetBytes(ApiDocument.Build().ToJsonString());
        return (json, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json))[..32]}\""));
    });

    public static void MapOpenApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(DocumentPath, () => Results.Bytes(Document.Value.Json, "application/json", entityTag: Document.Value.Tag));
        routes.MapScalarApiReference("/docs", ShowPage);
    }

    private static void ShowPage(ScalarOptions page, HttpContext http)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        http.Response.Headers.ContentSecurityPolicy = Policy(nonce);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        page.WithTitle("ScaiSend API")
            .WithOpenApiRoutePattern(DocumentPath)
            .WithNonce(nonce)
            .AddPreferredSecuritySchemes("ApiKey")
            .WithDefaultHttpClient(ScalarTarget.Shell, ScalarClient.Curl)
            // What would call out to Scalar's own hosts, or offer to.
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools()
            .HideClientButton();
    }

    // Scripts: only the page's own. Styles: the page writes them into itself. Requests: only to this host.
    private static string Policy(string nonce) =>
        $"default-src 'none'; script-src 'nonce-{nonce}' 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

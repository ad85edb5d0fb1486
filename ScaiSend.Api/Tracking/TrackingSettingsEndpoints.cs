using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// <c>/v3/tracking_settings</c> and, below it, <c>click</c>, <c>open</c>, <c>subscription</c> and <c>google_analytics</c> (<c>GET</c>, <c>PATCH</c>): the
/// caller's tracking settings in SendGrid's words, the same in both dialects. Scope <c>admin.settings</c>. Errors: 400, 401, 403, 413, 422.
/// </summary>
public static class TrackingSettingsEndpoints
{
    public static void MapTrackingSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/tracking_settings", ListAsync).Needs(Scopes.AdminSettings);
        foreach (var part in TrackingShape.Parts)
        {
            routes.MapGet($"/v3/tracking_settings/{part.Path}", Get).Needs(Scopes.AdminSettings);
            routes.MapPatch($"/v3/tracking_settings/{part.Path}", Patch).Needs(Scopes.AdminSettings);

            Task<IResult> Get(HttpContext http, Caller caller, StoredTracking tracking) => GetAsync(http, caller, part, tracking);
            Task<IResult> Patch(HttpContext http, Caller caller, StoredTracking tracking) => PatchAsync(http, caller, part, tracking);
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, StoredTracking tracking) =>
        TrackingShape.List(await tracking.GetAsync(caller.TenantId, http.RequestAborted));

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, TrackingPart part, StoredTracking tracking) =>
        TrackingShape.Show(part, await tracking.GetAsync(caller.TenantId, http.RequestAborted));

    private static async Task<IResult> PatchAsync(HttpContext http, Caller caller, TrackingPart part, StoredTracking tracking)
    {
        var body = await BodyFields.ReadAsync(http, TrackingFields.MaxBody, http.RequestAborted);
        var given = new JsonObject();
        foreach (var flag in part.Flags)
            if (body.Flag(flag.Name) is { } value)
                given[flag.Field] = value;
        foreach (var text in part.Texts)
            if (TrackingFields.ReadText(body, text.Name, text.Field) is { } value)
                given[text.Field] = value;
        // SendGrid sends recipients to a page of the sender's own; here they stay on ours, and to say yes would be a lie.
        if (part.HasUrl && body.Text("url", 2048) is { Length: > 0 })
            body.Refuse("url", "cannot be set: recipients unsubscribe on this installation's page, which landing describes");
        if (body.Refusal(http) is { } refusal)
            return refusal;
        return await tracking.ChangeAsync(caller.TenantId, given, caller.Act(http), http.RequestAborted) is { } changed
            ? TrackingShape.Show(part, changed)
            : TrackingFields.TooMuch(http);
    }
}

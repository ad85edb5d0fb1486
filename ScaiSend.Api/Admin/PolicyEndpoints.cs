using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Policies.Reading;
using ScaiSend.Platform.Storage.Policies;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Admin;

/// <summary>
/// For operators: the delivery policy of all nodes. <c>GET /api/admin/policy</c>: what is in force here, and the revisions; <c>GET …/revisions/{number}</c>: one with its text.
/// <c>POST …/check</c>: what is wrong with a text. <c>POST …/dry_run</c>: what it would have made of recorded attempts. <c>POST …</c>: puts a text, or the nodes' files again, in force (201).
/// <c>POST …/undo</c>: takes the newest revision back (201). Errors: 400, 401, 403, 404, 409 (another revision came in between), 413, 422.
/// </summary>
public static class PolicyEndpoints
{
    /// <summary>How long a dry run may read; then it answers with what it has.</summary>
    public static readonly TimeSpan DryRunLimit = TimeSpan.FromSeconds(20);

    /// <summary>How far back a dry run may look.</summary>
    public static readonly TimeSpan LongestLookBack = TimeSpan.FromDays(30);

    // A text may need six characters of JSON for each of its own.
    private const int MaxBody = 6 * PolicyText.Longest + 1024;

    private const string DefaultLookBack = "24h";

    public static void MapPolicy(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/policy", GetAsync).OperatorsOnly();
        routes.MapPost("/api/admin/policy", ApplyAsync).OperatorsOnly();
        routes.MapPost("/api/admin/policy/undo", UndoAsync).OperatorsOnly();
        routes.MapPost("/api/admin/policy/check", (Delegate)CheckAsync).OperatorsOnly();
        routes.MapPost("/api/admin/policy/dry_run", DryRunAsync).OperatorsOnly();
        routes.MapGet("/api/admin/policy/revisions/{number}", RevisionAsync).OperatorsOnly();
    }

    private static async Task<IResult> GetAsync(HttpContext http, CurrentPolicy current, PolicyRevisions revisions)
    {
        var list = await revisions.ListAsync(http.RequestAborted);
        return Results.Json(PolicyShape.InForce(current.InForce, list));
    }

    private static async Task<IResult> RevisionAsync(HttpContext http, string number, PolicyRevisions revisions) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
        && await revisions.FindAsync(wanted, http.RequestAborted) is { } revision
            ? Results.Json(PolicyShape.Revision(revision, withText: true))
            : Refusals.NotFound(http, "Policy revision", number);

    private static async Task<IResult> CheckAsync(HttpContext http)
    {
        var (text, refusal) = await ReadTextAsync(http);
        return refusal ?? Results.Json(PolicyShape.Checked(PolicyText.Read(text!, StartingSet.Policy)));
    }

    /// <summary>Reads how far back a policy is tried on recorded attempts; false for what is no such time.</summary>
    internal static bool TryReadLookBack(string text, out TimeSpan back) =>
        Durations.TryRead(text, out back) && back > TimeSpan.Zero && back <= LongestLookBack;

    private static async Task<IResult> DryRunAsync(HttpContext http, DryRunPolicy dryRun)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var text = body.Required("text", PolicyText.Longest);
        var since = body.Text("since", 16) ?? DefaultLookBack;
        if (!TryReadLookBack(since, out var back))
            body.Refuse("since", $"must be a duration up to {Durations.Show(LongestLookBack)}, such as 24h");
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var reading = PolicyText.Read(text, StartingSet.Policy);
        if (reading.Policy is not { } candidate)
            return Wrong(http, body, reading);
        return Results.Json(PolicyShape.Body(await dryRun(candidate, back, DryRunLimit, http.RequestAborted), since));
    }

    private static async Task<IResult> ApplyAsync(HttpContext http, PolicyRevisions revisions)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var isFiles = body.Flag("files") ?? false;
        var text = isFiles ? null : body.Required("text", PolicyText.Longest);
        var act = ReadAct(http, body);
        var newest = body.Number("follows", PolicyRevisions.None, PolicyRevisions.None, int.MaxValue - 1);
        if (!body.Has("follows"))
            body.Refuse("follows", "Field required: the number of the newest revision, 0 when there is none", "missing");
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (text is not null && PolicyText.Read(text, StartingSet.Policy) is { Policy: null } wrong)
            return Wrong(http, body, wrong);
        return Answer(http, await revisions.ApplyAsync(newest, text, act, http.RequestAborted));
    }

    private static async Task<IResult> UndoAsync(HttpContext http, PolicyRevisions revisions)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var act = ReadAct(http, body);
        var newest = body.Number("revision", PolicyRevisions.None, PolicyRevisions.None, int.MaxValue - 1);
        if (!body.Has("revision"))
            body.Refuse("revision", "Field required: the number of the newest revision, which is undone", "missing");
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return refusal;
        return Answer(http, await revisions.UndoAsync(newest, act, http.RequestAborted));
    }

    private static async Task<(string? Text, IResult? Refusal)> ReadTextAsync(HttpContext http)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var text = body.Required("text", PolicyText.Longest);
        body.RefuseOthers();
        return (text, body.Refusal(http));
    }

    private static Act ReadAct(HttpContext http, BodyFields body) => new(http.Features.Get<Operator>()!, Reasons.Required(body));

    // All that is wrong at once, each with its place.
    private static IResult Wrong(HttpContext http, BodyFields body, PolicyReading reading)
    {
        foreach (var fault in reading.Faults.Take(PolicyShape.MaxFaults))
            body.Refuse("text", fault.ToString());
        return body.Refusal(http)!;
    }

    private static IResult Answer(HttpContext http, PolicyRevision? revision) =>
        revision is null
            ? Refusals.Because(
                http,
                StatusCodes.Status409Conflict,
                "The policy was changed meanwhile, or there is nothing to undo; look at it again"
            )
            : Results.Json(PolicyShape.Revision(revision, withText: false), statusCode: StatusCodes.Status201Created);
}

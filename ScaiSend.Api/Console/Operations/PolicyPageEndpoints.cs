using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Policies.Reading;
using ScaiSend.Platform.Storage.Policies;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Operations;

/// <summary>
/// <c>/console/policy</c>, for staff: the delivery policy in force; edit, check, try on recorded attempts, apply, and take back. What is written stays in the form until it is applied.
/// </summary>
public static class PolicyPageEndpoints
{
    // Forms write a character as three at most, of which a policy has a million.
    private const int MaxForm = 4 * PolicyText.Longest;

    private const string StartingText = "# What stands here is laid over the starting set.\n{}\n";

    public static void MapPolicyPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/policy", ShowAsync).PageForStaff().InMenu("Delivery policy", MenuPart.Operations, order: 1);
        routes.MapPost("/console/policy", TakeAsync).PageForStaff().WithMetadata(new FormLimit(MaxForm));
        routes.MapPost("/console/policy/undo", UndoAsync).PageForStaff();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, CurrentPolicy current, PolicyRevisions revisions)
    {
        // What was decided last, which this process may not go by yet.
        var newest = await revisions.NewestAsync(http.RequestAborted);
        var text =
            newest == current.InForce.Revision || await revisions.FindAsync(newest, http.RequestAborted) is not { Text: { } decided }
                ? current.InForce.Text ?? StartingText
                : decided;
        if (int.TryParse(http.Request.Query["revision"], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            if (await revisions.FindAsync(number, http.RequestAborted) is not { } revision)
                return Trouble.NotFound("revision");
            text = revision.Text ?? StartingText;
        }
        return await PageAsync(http, current, revisions, text);
    }

    private static async Task<IResult> TakeAsync(
        HttpContext http,
        Visitor visitor,
        PostedForm form,
        CurrentPolicy current,
        PolicyRevisions revisions,
        DryRunPolicy dryRun
    )
    {
        // Browsers end lines with CR LF.
        var (text, reason, wish) = (form.Text("text").ReplaceLineEndings("\n"), form.Text("reason"), form.Text("do"));
        var reading = PolicyText.Read(text, StartingSet.Policy);
        if (reading.Policy is not { } candidate)
            return await PageAsync(http, current, revisions, text, reason, reading.Faults);
        if (wish == "check")
            return await PageAsync(http, current, revisions, text, reason, said: "Nothing is wrong with it.");
        var since = form.Text("since");
        if (!PolicyEndpoints.TryReadLookBack(since, out var back))
            return await PageAsync(
                http,
                current,
                revisions,
                text,
                reason,
                trouble: $"Say how far back to try it, such as 24h; at most {Durations.Show(PolicyEndpoints.LongestLookBack)}."
            );
        if (wish != "apply")
            return await PageAsync(
                http,
                current,
                revisions,
                text,
                reason,
                tried: await dryRun(candidate, back, PolicyEndpoints.DryRunLimit, http.RequestAborted),
                since: since
            );
        if (!AuditLog.IsReason(reason))
            return await PageAsync(
                http,
                current,
                revisions,
                text,
                reason,
                trouble: $"Say why, in at most {AuditLog.MaxReason} characters. It is kept in the audit log."
            );
        return Told(await revisions.ApplyAsync(Follows(form), text, visitor.Act(reason), http.RequestAborted), "is in force");
    }

    private static async Task<IResult> UndoAsync(HttpContext http, Visitor visitor, PostedForm form, PolicyRevisions revisions)
    {
        var reason = form.Text("reason");
        if (!AuditLog.IsReason(reason))
            return Trouble.BadForm($"Say why, in at most {AuditLog.MaxReason} characters.");
        return Told(await revisions.UndoAsync(Follows(form), visitor.Act(reason), http.RequestAborted), "brings back what counted before");
    }

    private static int Follows(PostedForm form) =>
        int.TryParse(form.Text("follows"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static IResult Told(PolicyRevision? revision, string what) =>
        revision is null
            ? Trouble.TooLate("Somebody changed the policy meanwhile. Look at it again before you change it.")
            : new SeeOther(
                "policy",
                string.Create(CultureInfo.InvariantCulture, $"Revision {revision.Number} {what}. All processes go by it within seconds.")
            );

    private static async Task<IResult> PageAsync(
        HttpContext http,
        CurrentPolicy current,
        PolicyRevisions revisions,
        string text,
        string reason = "",
        IReadOnlyList<PolicyFault>? faults = null,
        string? said = null,
        string? trouble = null,
        PolicyDryRun? tried = null,
        string since = "24h"
    )
    {
        var isWrong = faults is not null || trouble is not null;
        return Page.Of<PolicyPage>(
            isWrong ? "Error: Delivery policy" : "Delivery policy",
            new PolicyView(
                current.InForce,
                await revisions.ListAsync(http.RequestAborted),
                text,
                reason,
                since,
                faults ?? [],
                said,
                trouble,
                tried
            ),
            isWrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );
    }
}

/// <summary>What the page of the policy shows.</summary>
/// <param name="Text">What stands in the form.</param>
public sealed record PolicyView(
    PolicyInForce InForce,
    IReadOnlyList<PolicyRevision> Revisions,
    string Text,
    string Reason,
    string Since,
    IReadOnlyList<PolicyFault> Faults,
    string? Said,
    string? Trouble,
    PolicyDryRun? Tried
)
{
    public int Newest => Revisions.Count > 0 ? Revisions[0].Number : PolicyRevisions.None;
}

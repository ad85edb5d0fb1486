using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Contracts;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Operations;

/// <summary>
/// <c>/console/queue</c>, for staff: what waits, by provider and by tenant, which providers get no mail, and which processes there are. A provider is suspended and let go here, with a reason.
/// </summary>
public static class QueuePageEndpoints
{
    public static void MapQueuePage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/queue", ShowAsync).PageForStaff().InMenu("Queue", MenuPart.Operations);
        routes.MapPost("/console/queue/suspensions", SuspendAsync).PageForStaff();
        routes.MapPost("/console/queue/suspensions/{id}/lift", LiftAsync).PageForStaff();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, QueueFigures figures) =>
        Page.Of<QueuePage>("Queue", await figures.ReadAsync(http.RequestAborted));

    private static async Task<IResult> SuspendAsync(
        HttpContext http,
        Visitor visitor,
        PostedForm form,
        OperatorSuspensions suspensions,
        CurrentPolicy current,
        QueueFigures figures
    )
    {
        var (provider, reason, lasts) = (form.Text("provider"), form.Text("reason"), QueueNames.Age(form.Text("lasts")));
        if (provider.Length is 0 or > OperatorSuspensions.MaxProvider)
            return Trouble.BadForm("Say which provider, as it stands in the queue.");
        if (lasts is not { } span || span <= TimeSpan.Zero || span > OperatorSuspensions.Longest)
            return Trouble.BadForm($"Say for how long: {QueueNames.AgeForm}, at most {OperatorSuspensions.Longest.TotalDays} days.");
        if (!AuditLog.IsReason(reason))
            return Trouble.BadForm($"Say why, in at most {AuditLog.MaxReason} characters.");
        await suspensions.AddAsync(provider, null, span, reason, visitor.Who.Who, http.RequestAborted);
        var isKnown =
            current.Value.Providers.Any(p => p.Name == provider)
            || (await figures.ReadAsync(http.RequestAborted)).Providers.Any(line => line.Name == provider);
        return new SeeOther(
            "queue",
            $"{provider} gets no mail for now. All processes keep to it within seconds."
                + (isKnown ? "" : " No mail waits for this name and no policy has it: see whether it is spelt as in the queue.")
        );
    }

    private static async Task<IResult> LiftAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        PostedForm form,
        OperatorSuspensions suspensions
    )
    {
        var reason = form.Text("reason");
        if (!AuditLog.IsReason(reason))
            return Trouble.BadForm($"Say why, in at most {AuditLog.MaxReason} characters.");
        return
            Ids.TryRead(AdminShape.SuspensionId, id, out var known)
            && await suspensions.LiftAsync(known, reason, visitor.Who.Who, http.RequestAborted)
            ? new SeeOther("queue", "It is lifted: the provider gets mail again.")
            : Trouble.TooLate("This suspension is over already.");
    }
}

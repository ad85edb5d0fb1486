using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Api.Console.Webhooks;

/// <summary>
/// What one does with a webhook: <c>/console/webhooks/{id}/test</c> posts an event that never happened, <c>/secret</c> makes a new signing secret and
/// shows it once, <c>/replay</c> says how many events would be told again, and tells them.
/// </summary>
public static class WebhookWorkPages
{
    public static void MapWebhookWork(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/webhooks/{id}/test", AskTestAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapPost("/console/webhooks/{id}/test", TestAsync).PageOfTenant(Scopes.WebhooksWrite).CountsAs(Limit.WebhookTests);
        routes.MapGet("/console/webhooks/{id}/secret", AskSecretAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapPost("/console/webhooks/{id}/secret", RotateAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapGet("/console/webhooks/{id}/replay", AskReplayAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapPost("/console/webhooks/{id}/replay", ReplayAsync).PageOfTenant(Scopes.WebhooksWrite);
    }

    private static async Task<IResult> AskTestAsync(HttpContext http, Visitor visitor, string id, StoredWebhooks webhooks) =>
        await FindAsync(http, visitor, id, webhooks) is { } it
            ? Show(new TestModel(it, FirstWanted(it.Webhook), "", null, null))
            : Trouble.NotFound("webhook");

    private static async Task<IResult> TestAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        PostedForm posted,
        StoredWebhooks webhooks,
        TestPosts posts,
        AuditLog audit,
        TimeProvider time
    )
    {
        if (await FindAsync(http, visitor, id, webhooks) is not { } it)
            return Trouble.NotFound("webhook");
        var model = new TestModel(it, posted.Text("type"), posted.Text("reason"), null, null);
        if (!EventTypes.All.Contains(model.Type))
            return Show(model with { Trouble = "Choose one of the events." });
        if (visitor.WrongReason(model.Reason) is { } wrong)
            return Show(model with { Trouble = wrong });
        await NoteAsync(http, visitor, it, audit, "webhook_test", model.Reason, new { WebhookId = it.Id, model.Type });
        var body = WebhookBody.Of(it.Webhook.Kind, [TestEvents.Of(model.Type, visitor.TenantId, time)]);
        return Show(model with { Tested = await posts.MakeAsync(it.Webhook, body, isStored: true, http.RequestAborted) });
    }

    private static async Task<IResult> AskSecretAsync(HttpContext http, Visitor visitor, string id, StoredWebhooks webhooks) =>
        await FindAsync(http, visitor, id, webhooks) is { Webhook.Kind: WebhookKind.Single } it
            ? Show(new SecretModel(it, SecretModel.Overlaps[1].Seconds, "", null))
            : Trouble.NotFound("webhook");

    private static async Task<IResult> RotateAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        PostedForm posted,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        if (await FindAsync(http, visitor, id, webhooks) is not { Webhook.Kind: WebhookKind.Single } it)
            return Trouble.NotFound("webhook");
        var isNumber = int.TryParse(posted.Text("overlap"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        var model = new SecretModel(it, seconds, posted.Text("reason"), null);
        if (!isNumber || seconds > SigningSecret.MaxOverlapSeconds)
            return Show(model with { Trouble = "Choose how long the old secret signs, too." });
        if (visitor.WrongReason(model.Reason) is { } wrong)
            return Show(model with { Trouble = wrong });
        var secret = SigningSecret.New();
        var (change, webhook) = await webhooks.ChangeAsync(
            visitor.TenantId,
            id,
            WebhookKind.Single,
            visitor.Act(model.Reason),
            "webhook_secret",
            Rotate,
            http.RequestAborted
        );
        return change != WebhookChange.Done
            ? Trouble.NotFound("webhook")
            : new ShownSecret(
                "New secret",
                webhook!.PreviousSecretUntil is null
                    ? "The old secret signs no POST any more."
                    : "The old secret signs beside the new one for the time that you chose.",
                "Signing secret",
                secret,
                "Your receiver checks with it that POSTs come from here.",
                $"webhooks/{id}"
            ).Page();

        WebhookChange Rotate(WebhookEndpoint endpoint)
        {
            SigningSecret.Rotate(endpoint, secret, TimeSpan.FromSeconds(seconds), secrets, terms.Now);
            return WebhookChange.Done;
        }
    }

    private static async Task<IResult> AskReplayAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        StoredWebhooks webhooks,
        TimeProvider time
    ) =>
        await FindAsync(http, visitor, id, webhooks) is { } it
            ? Show(new ReplayModel(it, ReplayForm.New(time.GetUtcNow())))
            : Trouble.NotFound("webhook");

    private static async Task<IResult> ReplayAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        PostedForm posted,
        StoredWebhooks webhooks,
        ReplayEvents replay,
        AuditLog audit,
        TimeProvider time
    )
    {
        if (await FindAsync(http, visitor, id, webhooks) is not { } it)
            return Trouble.NotFound("webhook");
        var (form, fields) = ReplayForm.Read(posted, time);
        if (fields is null)
            return Show(new ReplayModel(it, form with { Previewed = null }));
        var preview = await replay.PreviewAsync(it.Webhook, fields, http.RequestAborted);
        if (Wrong(preview) is { } none)
            return Show(new ReplayModel(it, form with { Previewed = null, Trouble = none }));
        if (posted.Text("do") != "replay")
            return Show(new ReplayModel(it, form with { Previewed = preview.Replayed }));
        if (!it.IsTold)
            return Show(new ReplayModel(it, form with { Trouble = "It is not told of events now." }));
        // What was typed since, or happened since, is said before it is done.
        if (form.Previewed != preview.Replayed)
            return Show(
                new ReplayModel(
                    it,
                    form with
                    {
                        Previewed = preview.Replayed,
                        Trouble = "It would be another number of events than you were shown. Look at it, then do it.",
                    }
                )
            );
        if (visitor.WrongReason(form.Reason) is { } wrong)
            return Show(new ReplayModel(it, form with { Trouble = wrong }));
        await NoteAsync(http, visitor, it, audit, "webhook_replay", form.Reason, new { WebhookId = it.Id, Events = preview.Replayed });
        var outcome = await replay.RunAsync(it.Webhook, fields, http.RequestAborted);
        return Wrong(outcome) is { } late
            ? Show(new ReplayModel(it, form with { Previewed = null, Trouble = late }))
            : new SeeOther(
                $"webhooks/{id}",
                outcome.Replayed == 1
                    ? "1 event is told again, now."
                    : string.Create(CultureInfo.InvariantCulture, $"{outcome.Replayed:N0} events are told again, now.")
            );
    }

    private static string? Wrong(ReplayOutcome outcome) =>
        outcome switch
        {
            { Missing: { } missing } => $"There is no event or message {missing} here.",
            { IsTooMuch: true } => string.Create(
                CultureInfo.InvariantCulture,
                $"More than {ReplayEvents.Most:N0} events would be told again. Choose a shorter time or fewer types."
            ),
            _ => null,
        };

    private static async Task<WebhookView?> FindAsync(HttpContext http, Visitor visitor, string id, StoredWebhooks webhooks) =>
        await webhooks.FindAsync(visitor.TenantId, id, kind: null, http.RequestAborted) is { } webhook
            ? new WebhookView(webhook, WebhookBacklog.None)
            : null;

    private static Task NoteAsync(
        HttpContext http,
        Visitor visitor,
        WebhookView it,
        AuditLog audit,
        string action,
        string reason,
        object target
    ) => audit.AddDoneAsync(action, target, reason, visitor.Who.Who, http.RequestAborted, it.Webhook.TenantId);

    private static string FirstWanted(WebhookEndpoint webhook) =>
        webhook.Events.Split(' ').FirstOrDefault(EventTypes.All.Contains) ?? EventTypes.Delivered;

    private static Page Show(TestModel model) => Page.Of<TestPage>(Title("Test it", model.Trouble), model, Status(model.Trouble));

    private static Page Show(SecretModel model) => Page.Of<SecretPage>(Title("New secret", model.Trouble), model, Status(model.Trouble));

    private static Page Show(ReplayModel model) =>
        Page.Of<ReplayPage>(Title("Tell events again", model.Form.Trouble), model, Status(model.Form.Trouble));

    private static string Title(string title, string? trouble) => trouble is null ? title : $"Error: {title}";

    private static int Status(string? trouble) => trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}

/// <summary>What the page shows that posts a test.</summary>
/// <param name="Type">Of the event that is posted.</param>
/// <param name="Tested">What came of it; null before.</param>
public sealed record TestModel(WebhookView It, string Type, string Reason, TestPost? Tested, string? Trouble);

/// <summary>What the page shows that makes a new secret.</summary>
/// <param name="Overlap">How long the old one signs, too, in seconds.</param>
public sealed record SecretModel(WebhookView It, int Overlap, string Reason, string? Trouble)
{
    /// <summary>What can be chosen.</summary>
    public static IReadOnlyList<(int Seconds, string Words)> Overlaps { get; } =
    [
        (0, "no longer: somebody else knows it"),
        (3600, "for an hour"),
        (86_400, "for a day"),
        (SigningSecret.MaxOverlapSeconds, "for a week"),
    ];
}

/// <summary>What the page shows that tells events again.</summary>
public sealed record ReplayModel(WebhookView It, ReplayForm Form);

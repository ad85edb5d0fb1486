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
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Console.Webhooks;

/// <summary>
/// <c>/console/webhooks</c>: the webhooks of a tenant in either format. <c>new</c> makes one; <c>{id}</c> shows how it is and what was posted to it;
/// <c>{id}/change</c>, <c>{id}/enable</c> and <c>{id}/delete</c> do what they say.
/// </summary>
public static class WebhookPages
{
    private const int PostsOfPage = 50;
    private const string SendGrid = "sendgrid";

    public static void MapWebhookPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/webhooks", ListAsync).PageOfTenant(Scopes.WebhooksRead).InMenu("Webhooks", MenuPart.Settings, order: 2);
        routes
            .MapGet("/console/webhooks/new", (HttpContext http) => Show(WebhookForm.New(KindOf(http.Request.Query["format"])), null))
            .PageOfTenant(Scopes.WebhooksWrite);
        routes.MapPost("/console/webhooks/new", MakeAsync).PageOfTenant(Scopes.WebhooksWrite).CountsAs(Limit.Webhooks);
        routes.MapGet("/console/webhooks/{id}", ShowAsync).PageOfTenant(Scopes.WebhooksRead);
        routes.MapGet("/console/webhooks/{id}/change", AskChangeAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapPost("/console/webhooks/{id}/change", ChangeAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapPost("/console/webhooks/{id}/enable", EnableAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapGet("/console/webhooks/{id}/delete", AskDeleteAsync).PageOfTenant(Scopes.WebhooksWrite);
        routes.MapPost("/console/webhooks/{id}/delete", DeleteAsync).PageOfTenant(Scopes.WebhooksWrite);
    }

    /// <summary>What a format is called in a form.</summary>
    public static string Format(WebhookKind kind) => kind == WebhookKind.Batch ? SendGrid : "scaisend";

    private static WebhookKind KindOf(string? format) => format == SendGrid ? WebhookKind.Batch : WebhookKind.Single;

    private static async Task<IResult> ListAsync(HttpContext http, Visitor visitor, StoredWebhooks webhooks, WebhookBacklogs backlogs)
    {
        var found = new List<WebhookEndpoint>();
        foreach (var kind in Enum.GetValues<WebhookKind>())
            found.AddRange(
                (
                    await webhooks.ListAsync(visitor.TenantId, kind, isActive: null, skip: 0, StoredWebhooks.Most, http.RequestAborted)
                ).Webhooks
            );
        var owed = await backlogs.ReadAsync(found, http.RequestAborted);
        return Page.Of<WebhookListPage>(
            "Webhooks",
            new WebhookListModel(
                [.. found.OrderBy(w => w.Id).Select(w => new WebhookView(w, owed[w.Id]))],
                visitor.May(Scopes.WebhooksWrite)
            )
        );
    }

    private static async Task<IResult> MakeAsync(
        HttpContext http,
        Visitor visitor,
        PostedForm posted,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        var (form, oAuth) = WebhookForm.Read(KindOf(posted.Text("format")), posted, visitor, terms.AllowPrivate);
        if (oAuth is null)
            return Show(form, null);
        var secret = SigningSecret.New();
        var (change, webhook) =
            form.Kind == WebhookKind.Single
                ? form.ToFields(oAuth, form.IsEnabled).Make(visitor.TenantId, secret, secrets, terms)
                : form.ToSettings(oAuth, form.IsEnabled).Make(visitor.TenantId, secrets, terms);
        if (form.Kind == WebhookKind.Batch)
            EventKey.Sign(webhook, form.IsSigned, secrets);
        if (change == WebhookChange.Done)
            change = await webhooks.AddAsync(webhook, visitor.Act(form.Reason), http.RequestAborted);
        var page = $"webhooks/{Ids.Show(Ids.Webhook, webhook.Id)}";
        return change != WebhookChange.Done ? Show(form with { Trouble = WhyNot(change) }, null)
            : form.Kind == WebhookKind.Batch ? new SeeOther(page, "The webhook is made. Test it, so that you know that it works.")
            : new ShownSecret(
                "New webhook",
                "The webhook is made.",
                "Signing secret",
                secret,
                "Your receiver checks with it that POSTs come from here.",
                page
            ).Page();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        StoredWebhooks webhooks,
        WebhookBacklogs backlogs,
        PostLog log,
        SecretBox secrets
    )
    {
        if (await webhooks.FindAsync(visitor.TenantId, id, kind: null, http.RequestAborted) is not { } webhook)
            return Trouble.NotFound("webhook");
        var owed = await backlogs.ReadAsync([webhook], http.RequestAborted);
        var view = new WebhookView(webhook, owed[webhook.Id]);
        return Page.Of<WebhookPage>(
            view.Title,
            new WebhookModel(
                view,
                await ReadLogAsync(http, webhook, log),
                webhook.Kind == WebhookKind.Batch ? EventKey.Public(webhook.SealedSecret, secrets) : "",
                visitor.May(Scopes.WebhooksWrite)
            )
        );
    }

    private static async Task<ShownLog> ReadLogAsync(HttpContext http, WebhookEndpoint webhook, PostLog log)
    {
        var query = http.Request.Query;
        var failedOnly = query["show"] == "failed";
        DateOnly? until =
            DateOnly.TryParseExact(query["until"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day < DateOnly.MaxValue
                ? day
                : null;
        // Ids are in the order of time, so a day is a place in the log, too.
        Guid? after =
            Ids.TryRead(Ids.WebhookPost, query["after"], out var last) ? last
            : until is { } end ? Ids.FirstOf(new DateTimeOffset(end.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero))
            : null;
        var part = await log.ReadAsync(webhook, failedOnly, after, PostsOfPage, http.RequestAborted);
        var next = await log.NextTriesAsync(webhook, part.Posts, http.RequestAborted);
        return new ShownLog(part, next, failedOnly, until, after is not null);
    }

    private static async Task<IResult> AskChangeAsync(HttpContext http, Visitor visitor, string id, StoredWebhooks webhooks) =>
        await webhooks.FindAsync(visitor.TenantId, id, kind: null, http.RequestAborted) is { } webhook
            ? Show(WebhookForm.Of(webhook), new WebhookView(webhook, WebhookBacklog.None))
            : Trouble.NotFound("webhook");

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        PostedForm posted,
        StoredWebhooks webhooks,
        SecretBox secrets,
        WebhookTerms terms
    )
    {
        if (await webhooks.FindAsync(visitor.TenantId, id, kind: null, http.RequestAborted) is not { } webhook)
            return Trouble.NotFound("webhook");
        var (form, oAuth) = WebhookForm.Read(webhook.Kind, posted, visitor, terms.AllowPrivate);
        var view = new WebhookView(webhook, WebhookBacklog.None);
        if (oAuth is null)
            return Show(form, view);
        // A tick that nobody touched must not forgive failures.
        bool? isEnabled = form.IsEnabled == webhook.IsEnabled ? null : form.IsEnabled;
        var (change, _) = await webhooks.ChangeAsync(
            visitor.TenantId,
            id,
            webhook.Kind,
            visitor.Act(form.Reason),
            "webhook_change",
            Change,
            http.RequestAborted
        );
        return change == WebhookChange.Done
            ? new SeeOther($"webhooks/{id}", "It is changed. Events that come from now on go by it.")
            : Show(form with { Trouble = WhyNot(change) }, view);

        WebhookChange Change(WebhookEndpoint it)
        {
            if (it.Kind == WebhookKind.Single)
                return form.ToFields(oAuth, isEnabled).Apply(it, secrets, terms.Now);
            EventKey.Sign(it, form.IsSigned, secrets);
            return form.ToSettings(oAuth, isEnabled).Apply(it, secrets, terms.Now);
        }
    }

    private static async Task<IResult> EnableAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        PostedForm posted,
        StoredWebhooks webhooks,
        WebhookTerms terms
    )
    {
        if (await webhooks.FindAsync(visitor.TenantId, id, kind: null, http.RequestAborted) is not { } webhook)
            return Trouble.NotFound("webhook");
        var reason = posted.Text("reason");
        if (visitor.WrongReason(reason) is { } wrong)
            return Trouble.BadForm(wrong);
        await webhooks.ChangeAsync(visitor.TenantId, id, webhook.Kind, visitor.Act(reason), "webhook_change", Enable, http.RequestAborted);
        return new SeeOther($"webhooks/{id}", "It is enabled. What waits for it is told now.");

        WebhookChange Enable(WebhookEndpoint it)
        {
            it.Enable(true);
            it.UpdatedAt = terms.Now;
            return WebhookChange.Done;
        }
    }

    private static async Task<IResult> AskDeleteAsync(HttpContext http, Visitor visitor, string id, StoredWebhooks webhooks) =>
        await webhooks.FindAsync(visitor.TenantId, id, kind: null, http.RequestAborted) is { } webhook
            ? Deletion(webhook).Show()
            : Trouble.NotFound("webhook");

    private static async Task<IResult> DeleteAsync(HttpContext http, Visitor visitor, string id, PostedForm posted, StoredWebhooks webhooks)
    {
        if (await webhooks.FindAsync(visitor.TenantId, id, kind: null, http.RequestAborted) is not { } webhook)
            return Trouble.NotFound("webhook");
        var reason = posted.Text("reason");
        if (visitor.WrongReason(reason) is { } wrong)
            return (Deletion(webhook) with { Reason = reason }).Show(wrong);
        await webhooks.DeleteAsync(visitor.TenantId, id, webhook.Kind, visitor.Act(reason), http.RequestAborted);
        return new SeeOther("webhooks", "The webhook is deleted.");
    }

    private static Confirmation Deletion(WebhookEndpoint webhook)
    {
        var view = new WebhookView(webhook, WebhookBacklog.None);
        return new Confirmation(
            "Delete",
            $"webhooks/{view.Id}/delete",
            (view.Title, $"webhooks/{view.Id}"),
            [
                $"“{view.Title}” is deleted, with its log and with what it is still to be told. It cannot be taken back.",
                "To stop it for a time only, switch it off instead.",
            ],
            IsDanger: true
        );
    }

    private static string WhyNot(WebhookChange change) =>
        change switch
        {
            WebhookChange.NoWebhook => "It was deleted meanwhile.",
            WebhookChange.TooMany => $"There are {StoredWebhooks.Most} webhooks of this format already. Delete one that nobody uses.",
            WebhookChange.UrlTaken => "Another webhook of this format posts to this URL already.",
            WebhookChange.HalfOfOAuth => "For a token, give all three: client id, client secret and the token’s URL.",
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "No refusal"),
        };

    private static Page Show(WebhookForm form, WebhookView? webhook)
    {
        var title = webhook is null ? "New webhook" : "Change the webhook";
        return Page.Of<WebhookFormPage>(
            form.Trouble is null ? title : $"Error: {title}",
            new WebhookFormModel(form, webhook),
            form.Trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }
}

/// <summary>What the list of webhooks shows.</summary>
public sealed record WebhookListModel(IReadOnlyList<WebhookView> Webhooks, bool MayWrite);

/// <summary>What the page shows on which a webhook is made or changed.</summary>
/// <param name="Webhook">Null for a new one.</param>
public sealed record WebhookFormModel(WebhookForm Form, WebhookView? Webhook);

/// <summary>What the page of a webhook shows.</summary>
/// <param name="PublicKey">In base64; empty when there is none.</param>
public sealed record WebhookModel(WebhookView It, ShownLog Log, string PublicKey, bool MayWrite);

/// <summary>A part of a webhook's log, as it was asked for.</summary>
/// <param name="NextTries">When the events of failed POSTs are tried again, by the POST.</param>
/// <param name="IsLater">Whether newer POSTs may come before it.</param>
public sealed record ShownLog(
    LogPart Part,
    IReadOnlyDictionary<Guid, DateTimeOffset> NextTries,
    bool FailedOnly,
    DateOnly? Until,
    bool IsLater
);

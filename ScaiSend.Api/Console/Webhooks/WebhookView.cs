using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Console.Webhooks;

/// <summary>A webhook as people see it: what it is called, how it is, and what it is owed.</summary>
public sealed record WebhookView(WebhookEndpoint Webhook, WebhookBacklog Backlog)
{
    /// <summary>Its public id.</summary>
    public string Id => Ids.Show(Ids.Webhook, Webhook.Id);

    /// <summary>Its name, or where it is.</summary>
    public string Title =>
        Webhook.FriendlyName is { Length: > 0 } name ? name
        : Uri.TryCreate(Webhook.Url, UriKind.Absolute, out var url) ? url.Authority
        : Webhook.Url;

    /// <summary>What a POST looks like.</summary>
    public string Format => Webhook.Kind == WebhookKind.Single ? "ScaiSend" : "SendGrid";

    /// <summary>Which events it is told of.</summary>
    public string Events =>
        Webhook.Events == WebhookFields.All ? "all events"
        : Webhook.Events.Length == 0 ? "no events"
        : Webhook.Events == WebhookFields.Write(EventTypes.All) ? "all events"
        : Webhook.Events.Replace(" ", ", ", StringComparison.Ordinal);

    /// <summary>Whether events that happen now are told to it.</summary>
    public bool IsTold => Webhook is { IsEnabled: true, DisabledAt: null };

    /// <summary>How it is, in a word.</summary>
    public string Word =>
        Webhook switch
        {
            { IsEnabled: false } => "off",
            { DisabledAt: not null } => "disabled",
            { FailureCount: > 0 } => "failing",
            { LastSuccessAt: not null } => "works",
            _ => "not used yet",
        };

    /// <summary>The colour of the word; see <c>console.css</c>.</summary>
    public string Colour =>
        Webhook switch
        {
            { IsEnabled: false } => "cancelled",
            { DisabledAt: not null } => "failed",
            { FailureCount: > 0 } => "deferred",
            { LastSuccessAt: not null } => "delivered",
            _ => "",
        };

    /// <summary>The same in a sentence.</summary>
    public string Says =>
        Webhook switch
        {
            { IsEnabled: false } => "It is switched off.",
            { DisabledAt: not null } => $"It failed {Webhook.FailureCount} times in a row, so it gets nothing any more.",
            { FailureCount: 1 } => "The last POST failed.",
            { FailureCount: > 0 } => $"The last {Webhook.FailureCount} POSTs failed.",
            { LastSuccessAt: not null } => "The last POST was taken.",
            _ => "Nothing was posted to it yet.",
        };
}

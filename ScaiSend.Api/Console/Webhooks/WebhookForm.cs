using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Console.Webhooks;

/// <summary>What stands in the form of a webhook.</summary>
/// <param name="Name">SendGrid's format has one; ours is called by its host.</param>
/// <param name="Events">What is ticked: types of events, or SendGrid's switches.</param>
/// <param name="WantsAll">Of our format: all events, also those of types to come.</param>
/// <param name="IsSigned">Of SendGrid's format; posts of ours always are.</param>
/// <param name="Trouble">What is wrong with it, in words; null when nothing is.</param>
public sealed record WebhookForm(
    WebhookKind Kind,
    string Url,
    string Name,
    IReadOnlyList<string> Events,
    bool WantsAll,
    bool IsEnabled,
    bool IsSigned,
    string ClientId,
    string TokenUrl,
    string Reason = "",
    string? Trouble = null
)
{
    /// <summary>An empty one.</summary>
    public static WebhookForm New(WebhookKind kind) => new(kind, "", "", [], WantsAll: true, IsEnabled: true, IsSigned: true, "", "");

    public static WebhookForm Of(WebhookEndpoint webhook) =>
        new(
            webhook.Kind,
            webhook.Url,
            webhook.FriendlyName ?? "",
            webhook.Kind == WebhookKind.Batch
                ? [.. EventSwitches.All.Keys.Where(name => EventSwitches.IsOn(webhook.Events, name))]
                : webhook.Events.Split(' '),
            webhook.Events == WebhookFields.All,
            webhook.IsEnabled,
            webhook.SealedSecret is not null,
            webhook.OAuthClientId ?? "",
            webhook.OAuthTokenUrl ?? ""
        );

    /// <summary>What can be ticked.</summary>
    public IEnumerable<string> Choices => Kind == WebhookKind.Batch ? EventSwitches.All.Keys : EventTypes.All;

    /// <summary>What was typed, and the credentials in it; null when anything is wrong.</summary>
    public static (WebhookForm Form, OAuthFields? OAuth) Read(WebhookKind kind, PostedForm posted, Visitor visitor, bool allowPrivate)
    {
        var form = new WebhookForm(
            kind,
            posted.Text("url"),
            posted.Text("name"),
            posted.Texts("event"),
            posted.IsTicked("all"),
            posted.IsTicked("enabled"),
            posted.IsTicked("signed"),
            posted.Text("client_id"),
            posted.Text("token_url"),
            posted.Text("reason")
        );
        // An empty secret leaves the one that is there.
        var secret = posted.Text("client_secret") is { Length: > 0 } typed ? typed : null;
        var trouble =
            WebhookUrl.Wrong(form.Url, allowPrivate) is { } wrong ? $"The URL {wrong}."
            : form.Name.Length > EventSettingsFields.MaxName ? $"The name has more than {EventSettingsFields.MaxName} characters."
            : !form.IsAboutSome ? "Tick at least one event."
            : form.TokenUrl.Length > 0 && WebhookUrl.Wrong(form.TokenUrl, allowPrivate) is { } wrongToo ? $"The token’s URL {wrongToo}."
            : form.ClientId.Length > OAuthFields.MaxClientId || secret?.Length > OAuthFields.MaxSecret
                ? "The client’s id or secret is too long."
            : visitor.WrongReason(form.Reason);
        return trouble is null ? (form, new OAuthFields(form.ClientId, secret, form.TokenUrl)) : (form with { Trouble = trouble }, null);
    }

    /// <summary>The same as the API takes it, for our format.</summary>
    /// <param name="isEnabled">Null: stays as it is, and its failures with it.</param>
    public WebhookFields ToFields(OAuthFields oAuth, bool? isEnabled) =>
        new(Url, WantsAll ? WebhookFields.All : WebhookFields.Write(Events), isEnabled, oAuth);

    /// <summary>The same for SendGrid's format.</summary>
    public EventSettingsFields ToSettings(OAuthFields oAuth, bool? isEnabled) =>
        new(Url, isEnabled, EventSwitches.All.Keys.ToDictionary(name => name, name => Events.Contains(name)), Name, oAuth);

    private bool IsAboutSome => Kind == WebhookKind.Single && WantsAll || Choices.Any(Events.Contains);
}

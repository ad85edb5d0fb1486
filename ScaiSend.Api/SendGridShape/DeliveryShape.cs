using System.Text;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.SendGridShape;

/// <summary>POSTs to webhooks and what became of them; in the documented dialect only.</summary>
public static class DeliveryShape
{
    public static IResult Log(LogPart part) =>
        Results.Json(
            new { deliveries = part.Posts.Select(Post), next_cursor = part.Next is { } next ? Ids.Show(Ids.WebhookPost, next) : null }
        );

    public static IResult Deliveries(IReadOnlyList<EventDelivery> deliveries) =>
        Results.Json(
            new
            {
                deliveries = deliveries.Select(d => new
                {
                    webhook_id = Ids.Show(Ids.Webhook, d.WebhookId),
                    event_id = Ids.ShowEvent(d.EmailId, d.Number),
                    event_type = d.Type,
                    state = State(d.State),
                    due_at = d.DueAt,
                    attempts = d.Attempts,
                    request_id = d.PostId is { } post ? Ids.Show(Ids.WebhookPost, post) : null,
                }),
                is_complete = deliveries.Count < EventDeliveries.Most,
            }
        );

    /// <summary>What came of a test.</summary>
    public static IResult Tested(TestPost post) =>
        Results.Json(
            new
            {
                request_id = Ids.Show(Ids.WebhookPost, post.Id),
                event_id = post.Body.EventId,
                delivered = post.Answer.IsSuccess,
                status = post.Answer.Status,
                latency_ms = (int)post.Answer.Duration.TotalMilliseconds,
                error = post.Answer.Error,
                answer = Text(post.Answer.Answer),
            }
        );

    private static object Post(WebhookPost post) =>
        new
        {
            request_id = Ids.Show(Ids.WebhookPost, post.Id),
            at = post.At,
            delivered = post.Status is >= 200 and < 300,
            status = post.Status,
            latency_ms = post.DurationMs,
            error = post.Error,
            attempt = post.Attempt,
            events = post.Events,
            test = post.IsTest,
            answer = Text(post.Answer),
        };

    private static string State(WebhookDeliveryState state) =>
        state switch
        {
            WebhookDeliveryState.Owed => "owed",
            WebhookDeliveryState.Delivered => "delivered",
            WebhookDeliveryState.Failed => "failed",
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state"),
        };

    // What is no UTF-8 is shown as U+FFFD.
    private static string? Text(byte[]? answer) => answer is null ? null : Encoding.UTF8.GetString(answer);
}

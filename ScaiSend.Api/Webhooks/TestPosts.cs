using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>One POST that a tenant asked for, and what came of it.</summary>
public sealed record TestPost(Guid Id, WebhookBody Body, WebhookAnswer Answer);

/// <summary>Makes test POSTs at once, past the queue. They count neither as success nor as failure of the webhook, but stand in its log.</summary>
public sealed class TestPosts(WebhookClient client, MailDatabase database, TimeProvider time)
{
    /// <param name="isStored">Whether the webhook is one of the tenant's, which has a log.</param>
    public async Task<TestPost> MakeAsync(WebhookEndpoint webhook, WebhookBody body, bool isStored, CancellationToken cancellationToken)
    {
        var (id, at) = (Ids.New(time), time.GetUtcNow());
        var answer = await client.PostAsync(webhook, body, id, attempt: 1, isTest: true, cancellationToken);
        if (isStored)
            await LogAsync(webhook, id, at, answer, cancellationToken);
        return new TestPost(id, body, answer);
    }

    private async Task LogAsync(
        WebhookEndpoint webhook,
        Guid id,
        DateTimeOffset at,
        WebhookAnswer answer,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(webhook.TenantId);
        db.WebhookPosts.Add(
            new WebhookPost
            {
                Id = id,
                EndpointId = webhook.Id,
                TenantId = webhook.TenantId,
                At = at,
                DurationMs = (int)answer.Duration.TotalMilliseconds,
                Status = answer.Status,
                Error = answer.Error,
                Answer = answer.Answer,
                Events = 1,
                Attempt = 1,
                IsTest = true,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
    }
}

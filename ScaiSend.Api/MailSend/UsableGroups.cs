using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.MailSend;

/// <summary>Knows whether the unsubscribe group that a request names is one of its tenant's. A yes is kept for a few seconds, a no is not.</summary>
public sealed class UsableGroups(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(3);

    private readonly KeptAnswers<(Guid TenantId, int Id), bool> _kept = new(KeepFor, time);

    /// <summary>What to say to a group that is none of the tenant's; null when there is nothing to say.</summary>
    public async Task<ApiError?> ErrorAsync(Guid tenantId, long? groupId, CancellationToken cancellationToken) =>
        groupId is not { } id || await ExistsAsync(tenantId, id, cancellationToken)
            ? null
            : new ApiError($"The ASM group ID must be a valid Group ID on your account. You provided {id}.", "asm.group_id");

    private async Task<bool> ExistsAsync(Guid tenantId, long id, CancellationToken cancellationToken)
    {
        if (id is < 1 or > int.MaxValue)
            return false;
        var question = (tenantId, (int)id);
        var isKnown = await _kept.FindAsync(question, LookUpAsync, cancellationToken);
        // Whoever makes a group and then sends shall not hear what was true before.
        if (!isKnown)
            _kept.Forget(question);
        return isKnown;
    }

    private async Task<bool> LookUpAsync((Guid TenantId, int Id) question)
    {
        await using var db = database.For(question.TenantId);
        return await db.UnsubscribeGroups.AnyAsync(g => g.Id == question.Id);
    }
}

using MassTransit.Mediator;
using ScaiSend.Api.Suppressions;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Tracking;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// Does what a recipient wants: by its email's saga, so that list and event commit together; without an event when the email is gone or was never sent.
/// GUARANTEE: when a method returns, the change is committed; when it throws, nothing was promised.
/// </summary>
public sealed class ChangeSubscription(IMediator mediator, StoredSuppressions stored)
{
    /// <param name="groupId">Null: no mail of the sender at all.</param>
    public async Task UnsubscribeAsync(UnsubscribeOffer offer, Visit visit, int? groupId, CancellationToken cancellationToken)
    {
        var told = await mediator.TellAsync(new UnsubscribeRequested(offer.EmailId, visit, groupId), cancellationToken);
        if (told is not { IsAccepted: true })
            await stored.AddNewAsync([Unsubscribed.From(ListOf(offer, groupId), offer.Recipient, visit.At)], cancellationToken);
    }

    public async Task ResubscribeAsync(UnsubscribeOffer offer, Visit visit, int groupId, CancellationToken cancellationToken)
    {
        var told = await mediator.TellAsync(new ResubscribeRequested(offer.EmailId, visit, groupId), cancellationToken);
        if (told is not { IsAccepted: true })
            await stored.DeleteAsync(ListOf(offer, groupId), [offer.Recipient], cancellationToken);
    }

    private static ListOfTenant ListOf(UnsubscribeOffer offer, int? groupId) =>
        groupId is { } group
            ? new ListOfTenant(offer.TenantId, SuppressionList.Group, group)
            : new ListOfTenant(offer.TenantId, SuppressionList.GlobalUnsubscribes);
}

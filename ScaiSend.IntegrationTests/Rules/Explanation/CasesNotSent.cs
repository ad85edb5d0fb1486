using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Processing.Rendering;
using static ScaiSend.IntegrationTests.Rules.Explanation.Lives;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>Mail that was kept back, could not be made or was withdrawn; and what is left of erased persons.</summary>
internal static class CasesNotSent
{
    public static Dictionary<string, Case> All { get; } =
        new()
        {
            // Dropped
            ["on the list of bounces"] = new(
                life => DropAsync(life, SuppressionRule.BouncedAddress),
                Situation.DroppedAsBounced,
                "on the list of bounces",
                null,
                "remove_suppression send_again",
                life => Listed(life, SuppressionList.Bounces),
                Because: "The address is on the list of bounces"
            ),
            ["on the list of bounces, and taken off since"] = new(
                life => DropAsync(life, SuppressionRule.BouncedAddress),
                Situation.DroppedAsBounced,
                "on the list of bounces",
                null,
                "send_again"
            ),
            ["an invalid address"] = new(
                life => DropAsync(life, SuppressionRule.Invalid),
                Situation.DroppedAsInvalid,
                "cannot exist",
                null,
                "fix_recipient remove_suppression send_again",
                life => Listed(life, SuppressionList.InvalidEmails)
            ),
            ["a spam report"] = new(
                life => DropAsync(life, SuppressionRule.SpamReportingAddress),
                Situation.DroppedAsSpamReport,
                "called mail of this sender spam",
                null,
                "remove_suppression send_again",
                life => Listed(life, SuppressionList.SpamReports)
            ),
            ["unsubscribed from all"] = new(
                life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
                Situation.DroppedAsUnsubscribed,
                "unsubscribed from all mail",
                null,
                "nothing remove_suppression",
                life => Listed(life, SuppressionList.GlobalUnsubscribes)
            ),
            ["unsubscribed from the group"] = new(
                life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
                Situation.DroppedByGroup,
                "unsubscribed from mail of this group",
                null,
                "nothing remove_suppression",
                life => Listed(life, SuppressionList.Group, """{"asm":{"group_id":7}}""", group: 7)
            ),
            ["unsubscribed from all, with a group"] = new(
                life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
                Situation.DroppedAsUnsubscribed,
                "unsubscribed from all mail",
                null,
                "nothing remove_suppression",
                life => Listed(life, SuppressionList.GlobalUnsubscribes, """{"asm":{"group_id":7}}""")
            ),
            ["unsubscribed, and subscribed again since"] = new(
                life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
                Situation.DroppedForAnUnsubscribe,
                "from all mail of this sender or from mail of this group",
                null,
                "nothing",
                life => life.Facts(life.Mail("""{"asm":{"group_id":7}}"""))
            ),
            ["dropped at a retry"] = new(
                async life =>
                {
                    await DeferAsync(life);
                    await life.TellAsync(v => new EmailSuppressed(Id, v, SuppressionRule.SpamReportingAddress));
                },
                Situation.DroppedAsSpamReport,
                "spam",
                null,
                "send_again",
                Because: "Attempt 1"
            ),
            // Failed
            ["a template's fault"] = new(
                life =>
                    life.TellAsync(v => new RenderingFailed(Id, v, $"{TemplatedContent.RenderError}: line 3, column 7: no such helper")),
                Situation.FailedInTemplate,
                "because of its template: Template Render Error: line 3, column 7: no such helper",
                null,
                "fix_template send_again",
                life => life.Facts(life.Mail(templateId: "d-1"))
            ),
            ["an attachment is gone"] = new(
                life => life.TellAsync(v => new RenderingFailed(Id, v, "An attachment is no longer stored")),
                Situation.FailedOtherwise,
                "No mail could be made of it: An attachment is no longer stored",
                null,
                "send_again"
            ),
            ["failed as its sender asked"] = new(
                life => life.TellAsync(_ => new FailRequested(Id)),
                Situation.FailedAsAsked,
                "It was given up on request",
                null,
                "send_again"
            ),
            ["cancelled"] = new(
                life => life.TellAsync(_ => new CancelRequested(Id)),
                Situation.Cancelled,
                "withdrawn before it was handed over",
                null,
                "send_again",
                Unknown: "Who withdrew it",
                Because: "It was withdrawn"
            ),
            // Erased
            ["delivered to a person who was erased"] = new(
                DeliverAsync,
                Situation.Delivered,
                "The receiving server took it at 2026-11-25 12:00:03 UTC.",
                null,
                "nothing",
                ErasedFacts,
                Unknown: "erased on request"
            ),
            ["bounced at a person who was erased"] = new(
                life => RefuseAsync(life, BounceClass.Hard, 550, "5.1.1", "5.1.1 no such user"),
                Situation.BouncedHard,
                "the address is wrong or closed.",
                null,
                "nothing",
                ErasedFacts,
                Unknown: "erased on request"
            ),
            ["expired for a person who was erased"] = new(
                async life =>
                {
                    await DeferAsync(life);
                    life.Advance(TimeSpan.FromHours(72));
                    life.Wake();
                    await life.TellAsync(v => new DeadlinePassed(Id, v));
                },
                Situation.Expired,
                "given up at its deadline",
                null,
                "nothing",
                ErasedFacts
            ),
            ["dropped for a person who was erased"] = new(
                life => DropAsync(life, SuppressionRule.BouncedAddress),
                Situation.DroppedUnexplained,
                "Which list is not stored any more",
                null,
                "nothing",
                ErasedFacts
            ),
            ["failed for a person who was erased"] = new(
                life => life.TellAsync(_ => new FailRequested(Id)),
                Situation.FailedUnexplained,
                "Why is not stored any more",
                null,
                "nothing",
                ErasedFacts
            ),
            ["bounced, and its events are gone"] = new(
                life => RefuseAsync(life, BounceClass.Hard, 550, "5.1.1", "5.1.1 no such user"),
                Situation.BouncedUnexplained,
                "Why is not stored any more",
                null,
                "send_again",
                life => life.Facts() with { Events = [], Attempts = [] },
                Unknown: "What came of 1 of its attempts"
            ),
        };
}

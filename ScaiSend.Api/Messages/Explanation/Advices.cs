using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Says what may be done about an email, the most useful first. Pure; nothing is advised that the API would refuse in the email's state.</summary>
public static class Advices
{
    public static IReadOnlyList<Advice> Of(Situation situation, EmailFacts facts, Depth depth)
    {
        List<Advice> all = facts is { IsErased: true, HasEnded: true }
            ? [Nothing("Nothing: who it was for, and what servers said, was erased on request")]
            : [.. Cures(situation, facts)];
        if (Wishes.CanEnd(facts.Email))
            all.Add(OnMessage(facts, "cancel", "Withdraw it, and what else of the message is not being sent", Scopes.MailCancel));
        if (depth == Depth.Operator)
            all.AddRange(OperatorAdvices.Of(situation, facts));
        return all;
    }

    private static IEnumerable<Advice> Cures(Situation situation, EmailFacts facts) =>
        situation switch
        {
            Situation.WaitsForSendAt => [.. Retry(facts, "Send it now instead"), Wait("Wait for its time")],
            Situation.BatchPaused => [Resume(facts, "Resume the batch"), Wait("Wait until whoever paused the batch resumes it")],
            Situation.BatchCancelled => facts.Batch!.Status == BatchStatus.CancelForGood
                ? [Nothing("Nothing: a batch that is cancelled for good stays so")]
                : [Resume(facts, "Take the cancellation of the batch back")],
            Situation.HeldByOperator => [new Advice("ask_operator", "Ask who runs this installation: only they let it go")],
            Situation.WaitsForNextAttempt =>
            [
                Wait("Wait: it is tried again by itself"),
                .. AboutAttempt(facts),
                .. Retry(facts, "Try it now"),
            ],
            Situation.WaitsForDeadline => [.. Retry(facts, "Try it once more now"), .. AboutAttempt(facts)],
            Situation.Suspended =>
            [
                Wait("Wait: it goes on when the suspension ends"),
                ContactOperator("Ask who runs this installation why it is suspended"),
            ],
            Situation.SuspensionOver => [Wait("Wait: it goes on by itself"), .. Retry(facts, "Try it now")],
            Situation.PastDeadline => [Wait("Wait for its end, and send it anew then")],
            Situation.Delivered => OfDelivered(facts),
            Situation.BouncedHard =>
            [
                .. RemoveEntries(facts, SuppressionList.Bounces, SuppressionList.InvalidEmails),
                .. HostWithoutAddress(facts),
                FixRecipient("Ask the recipient for the right address, and send to that one"),
            ],
            Situation.BouncedSoft => [.. AboutRefusal(facts), SendAgain("Send it again later, or as another mail")],
            Situation.Blocked =>
            [
                .. AboutRefusal(facts),
                SendAgain("Send it again when the cause is mended; a block keeps no later mail back"),
            ],
            Situation.Expired =>
            [
                .. AboutAttempt(facts),
                SendAgain("Send it again when the receiver takes mail again; this keeps no later mail back"),
            ],
            Situation.BouncedAfterDelivery =>
            [
                .. RemoveEntries(facts, SuppressionList.Bounces, SuppressionList.InvalidEmails),
                .. AboutRefusal(facts),
                FixRecipient("Ask the recipient for the right address"),
            ],
            Situation.BouncedUnexplained or Situation.DroppedUnexplained or Situation.FailedUnexplained =>
            [
                SendAgain("Send it again if it still matters: its answer will say why"),
            ],
            Situation.DroppedAsBounced => [.. Listed(facts, SuppressionList.Bounces, "bypass_bounce_management")],
            Situation.DroppedAsInvalid =>
            [
                FixRecipient("Look for a slip of the pen in the address"),
                .. Listed(facts, SuppressionList.InvalidEmails, "bypass_list_management"),
            ],
            Situation.DroppedAsSpamReport => [.. Listed(facts, SuppressionList.SpamReports, "bypass_spam_management")],
            Situation.DroppedAsUnsubscribed or Situation.DroppedByGroup or Situation.DroppedForAnUnsubscribe => Unsubscribed(facts),
            Situation.FailedInTemplate =>
            [
                FixTemplate(facts),
                SendAgain("Send it again with the mended template: a message keeps the version that it was accepted with"),
            ],
            Situation.FailedAsAsked or Situation.Cancelled => [SendAgain("Send it again, if it was not meant so")],
            Situation.FailedOtherwise => [SendAgain("Mend what the reason names, and send it again")],
            Situation.BatchResumed
            or Situation.WaitsForItsTime
            or Situation.WaitsForWindow
            or Situation.WaitsForWorker
            or Situation.BeingRendered
            or Situation.LeaseOver
            or Situation.HandedOver
            or Situation.HeldBack
            or Situation.BeingSent
            or Situation.AttemptLost
            or Situation.NextAttemptBegins => [Wait("Wait: it goes on by itself")],
            _ => throw new ArgumentOutOfRangeException(nameof(situation), situation, "No such situation"),
        };

    private static IEnumerable<Advice> OfDelivered(EmailFacts facts) =>
        facts.Events.Any(e => e.Type == EventTypes.SpamReport)
            ? [Nothing("Nothing: the recipient called it spam, and gets no further mail of this sender")]
        : facts.WasRead ? [Nothing("Nothing: it arrived")]
        :
        [
            ContactReceiver(
                "If the recipient misses it: look into the spam folder, then ask the receiving side, with the server's answer at hand"
            ),
        ];

    // What the last answer says about whose turn it is to mend something.
    private static IEnumerable<Advice> AboutAttempt(EmailFacts facts) =>
        facts.LastAttempt is not { } attempt
            ? []
            : Obstacles.Of(attempt) switch
            {
                Obstacle.Tls or Obstacle.TlsDemand =>
                [
                    ContactReceiver("Tell the receiving side that its encryption or certificate is not in order"),
                ],
                Obstacle.Dns or Obstacle.NoRoute =>
                [
                    ContactReceiver("If it lasts, and other mail goes out: tell the receiving side that its domain does not answer in DNS"),
                ],
                Obstacle.NotConnected or Obstacle.Silence or Obstacle.BrokenOff =>
                [
                    ContactReceiver("If it lasts, and other mail goes out: tell the receiving side that its server does not answer"),
                ],
                Obstacle.Account or Obstacle.Store => [ContactOperator("Tell who runs this installation: this is theirs to mend")],
                Obstacle.RefusedUs or Obstacle.RefusedButForRule or Obstacle.NotNow => SenderProof.Advices(attempt.EnhancedStatusCode),
                _ => [],
            };

    private static IEnumerable<Advice> HostWithoutAddress(EmailFacts facts) =>
        facts.LastAttempt is { EnhancedStatusCode: "5.4.4" } attempt && Obstacles.Of(attempt) == Obstacle.NoRoute
            ? [ContactReceiver("Tell the receiving side that DNS has no address for its mail host")]
            : [];

    private static IEnumerable<Advice> AboutRefusal(EmailFacts facts)
    {
        var status = facts.Bounce?.Told.Status ?? facts.LastAttempt?.EnhancedStatusCode;
        return SenderProof.Advices(status).Append(ContactReceiver("Ask the receiving side, with the server's answer at hand"));
    }

    private static IEnumerable<Advice> Unsubscribed(EmailFacts facts) =>
        [
            Nothing("Nothing: the recipient wants no such mail"),
            .. RemoveEntries(facts, SuppressionList.GlobalUnsubscribes, SuppressionList.Group)
                .Select(a => a with { Text = $"{a.Text}, if the recipient has asked for it" }),
        ];

    private static IEnumerable<Advice> Listed(EmailFacts facts, SuppressionList list, string bypass)
    {
        var entries = RemoveEntries(facts, list).ToList();
        if (entries.Count == 0)
            return [SendAgain("Send it again: the address is not on the list any more")];
        return entries.Append(SendAgain($"Send one urgent mail past the list, with mail_settings.{bypass}"));
    }

    private static IEnumerable<Advice> RemoveEntries(EmailFacts facts, params IReadOnlyList<SuppressionList> lists) =>
        facts
            .Suppressions.Where(s => lists.Contains(s.List) && (s.List != SuppressionList.Group || s.GroupId == facts.Settings.GroupId))
            .Select(s => new Advice("remove_suppression", $"Take the address off the list of {Story.NameOf(s)}")
            {
                Method = "DELETE",
                Path = PathOf(s),
                Permission = Scopes.SuppressionsWrite,
            });

    private static string PathOf(Suppression entry)
    {
        var address = Uri.EscapeDataString(entry.Address);
        return entry.List switch
        {
            SuppressionList.Bounces => $"/v3/suppression/bounces/{address}",
            SuppressionList.Blocks => $"/v3/suppression/blocks/{address}",
            SuppressionList.InvalidEmails => $"/v3/suppression/invalid_emails/{address}",
            SuppressionList.SpamReports => $"/v3/suppression/spam_reports/{address}",
            SuppressionList.GlobalUnsubscribes => $"/v3/asm/suppressions/global/{address}",
            SuppressionList.Group => FormattableString.Invariant($"/v3/asm/groups/{entry.GroupId}/suppressions/{address}"),
            _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.List, "No such list"),
        };
    }

    private static IEnumerable<Advice> Retry(EmailFacts facts, string text) =>
        Wishes.CanRetry(facts.Email, facts.Now) ? [OnMessage(facts, "retry", text, Scopes.MailSend)] : [];

    private static Advice OnMessage(EmailFacts facts, string action, string text, string scope) =>
        new(action, text)
        {
            Method = "POST",
            Path = $"/v3/messages/{Ids.Show(Ids.Message, facts.Message.Id)}/{action}",
            Permission = scope,
        };

    private static Advice Resume(EmailFacts facts, string text) =>
        new("resume_batch", text)
        {
            Method = "DELETE",
            Path = $"/v3/user/scheduled_sends/{Uri.EscapeDataString(facts.Batch!.BatchId)}",
            Permission = Scopes.MailCancel,
        };

    private static Advice FixTemplate(EmailFacts facts) =>
        facts.Message.TemplateId is { } template
            ? new Advice("fix_template", "Mend the template, or send the data that it asks for")
            {
                Method = "GET",
                Path = $"/v3/templates/{Uri.EscapeDataString(template)}",
                Permission = Scopes.TemplatesRead,
            }
            : new Advice("fix_template", "Mend the template, or send the data that it asks for");

    private static Advice SendAgain(string text) =>
        new("send_again", text)
        {
            Method = "POST",
            Path = "/v3/mail/send",
            Permission = Scopes.MailSend,
        };

    private static Advice FixRecipient(string text) => new("fix_recipient", text);

    private static Advice ContactReceiver(string text) => new("contact_receiver", text);

    private static Advice ContactOperator(string text) => new("ask_operator", text);

    private static Advice Wait(string text) => new("wait", text);

    private static Advice Nothing(string text) => new("nothing", text);
}

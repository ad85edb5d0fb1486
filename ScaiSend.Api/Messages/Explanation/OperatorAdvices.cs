using ScaiSend.Api.Admin;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>What only operators may do about an email. Pure.</summary>
internal static class OperatorAdvices
{
    /// <summary>The permission of a request that needs an operator's key.</summary>
    public const string Operator = "operator";

    public static IEnumerable<Advice> Of(Situation situation, EmailFacts facts)
    {
        var email = facts.Email;
        if (facts.HasEnded)
            return email.State == EmailStatus.Cancelled
                ? [Audit("Look who withdrew mail: an operator's cancelling is in the audit log")]
                : [];
        var advices = new List<Advice>();
        if (email.Lane == EmailLane.Held)
            advices.AddRange([OnQueue(facts, "release", "Let the message go on"), Audit("Look who holds it, and why")]);
        else if (Wishes.CanEnd(email))
            advices.Add(OnQueue(facts, "hold", "Keep the message back until it is released; its deadline goes on"));
        advices.AddRange(facts.SuspensionsOfIt.Select(Lift));
        if (situation is Situation.WaitsForWorker or Situation.LeaseOver or Situation.AttemptLost or Situation.PastDeadline)
            advices.Add(
                new Advice("check_workers", "If it stays so for more than a few seconds: look whether a worker runs, and how late it is")
            );
        return advices;
    }

    private static Advice Lift(Platform.Storage.Suspensions.Suspension suspension)
    {
        var id = Ids.Show(AdminShape.SuspensionId, suspension.Id);
        return new Advice("lift_suspension", $"Lift the suspension of {suspension.Provider}, when its cause is gone")
        {
            Method = "DELETE",
            Path = $"/api/admin/suspensions/{id}",
            Permission = Operator,
            Command = $"scaisend suspensions lift {id} --reason \"…\"",
        };
    }

    private static Advice OnQueue(EmailFacts facts, string action, string text)
    {
        var id = Ids.Show(Ids.Message, facts.Message.Id);
        return new Advice(action, text)
        {
            Method = "POST",
            Path = "/api/admin/queue",
            Body = new Dictionary<string, string> { ["action"] = action, ["message_id"] = id },
            Permission = Operator,
            Command = $"scaisend queue {action} --message {id} --reason \"…\"",
        };
    }

    private static Advice Audit(string text) =>
        new("audit", text)
        {
            Method = "GET",
            Path = "/api/admin/audit",
            Permission = Operator,
            Command = "scaisend audit list",
        };
}

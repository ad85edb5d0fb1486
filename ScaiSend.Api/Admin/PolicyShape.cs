using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Policies.Reading;
using ScaiSend.Platform.Storage.Nodes;
using ScaiSend.Platform.Storage.Policies;

namespace ScaiSend.Api.Admin;

/// <summary>How policies, their revisions and the nodes that go by them are shown; the command line's <c>--json</c> prints the same.</summary>
public static class PolicyShape
{
    /// <summary>Most faults of a text that are told at once.</summary>
    public const int MaxFaults = 50;

    public static object InForce(PolicyInForce inForce, IReadOnlyList<PolicyRevision> revisions) =>
        new
        {
            source = inForce.Revision is not null ? "revision"
            : inForce.File is not null ? "file"
            : "starting_set",
            revision = inForce.Revision,
            file = inForce.File,
            hash = inForce.Hash,
            loaded_at = inForce.LoadedAt,
            text = inForce.Text,
            refused = inForce.LastRefusal is { } refusal ? new { at = refusal.At, errors = refusal.Errors } : null,
            newest_revision = revisions.Count > 0 ? revisions[0].Number : PolicyRevisions.None,
            revisions = revisions.Select(revision => Revision(revision, withText: false)),
        };

    public static object Revision(PolicyRevision revision, bool withText) =>
        withText
            ? new
            {
                number = revision.Number,
                files = revision.Text is null,
                actor = revision.Actor,
                reason = revision.Reason,
                created_at = revision.CreatedAt,
                text = revision.Text,
            }
            : new
            {
                number = revision.Number,
                files = revision.Text is null,
                actor = revision.Actor,
                reason = revision.Reason,
                created_at = revision.CreatedAt,
            };

    public static object Checked(PolicyReading reading) =>
        new
        {
            valid = reading.Policy is not null,
            errors = reading
                .Faults.Take(MaxFaults)
                .Select(fault => new
                {
                    line = fault.Line,
                    column = fault.Column,
                    message = fault.Words,
                }),
            providers = reading.Policy?.Providers.Count,
            domains = reading.Policy?.Domains.Count,
            tenants = reading.Policy?.Tenants.Count,
            rules = reading.Policy is { } policy ? policy.Rules.Count + policy.Providers.Sum(p => p.Rules.Count) : (int?)null,
        };

    public static object Body(PolicyDryRun run, string since) =>
        new
        {
            since,
            judged = run.Judged,
            changed = run.Changed,
            other_than_recorded = run.OtherThanRecorded,
            unjudged = run.Unjudged,
            is_complete = run.IsComplete,
            groups = run.Groups.Select(group => new
            {
                provider = group.Provider,
                from = group.From,
                to = group.To,
                count = group.Count,
                examples = group.Examples,
            }),
            more_groups = run.MoreGroups,
        };

    public static object Body(Node node, DateTimeOffset now) =>
        new
        {
            id = Contracts.Ids.Show("nod_", node.Id),
            name = node.Name,
            roles = node.Roles.Split(','),
            version = node.Version,
            started_at = node.StartedAt,
            seen_at = node.SeenAt,
            is_alive = now - node.SeenAt < NodeHeartbeat.GoneAfter,
            policy = node.Policy,
            policy_trouble = node.PolicyTrouble,
        };
}

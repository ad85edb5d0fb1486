using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Platform.Domains;

/// <summary>Decides what follows for a domain and its keys from what DNS said. Pure: it changes the given objects and names what happened.</summary>
public static class DomainVerdict
{
    /// <summary>
    /// A key signs from when its record is seen; then older ones of its kind retire. The domain is verified by a key in use whose record is found
    /// (Decision 9), and unverified when none was for longer than the grace. What DNS did not answer changes nothing.
    /// </summary>
    /// <param name="before">What DNS said the last time.</param>
    /// <returns>What happened, in order: type and detail.</returns>
    public static IReadOnlyList<(string Type, string? Detail)> Apply(
        SenderDomain domain,
        IReadOnlyCollection<StoredDkimKey> keys,
        IReadOnlyList<RecordCheck> before,
        IReadOnlyList<RecordCheck> checks,
        TimeSpan grace,
        DateTimeOffset now
    )
    {
        var happened = new List<(string, string?)>();
        foreach (var check in checks)
            Compare(SameIn(before, check), check, happened);
        var statuses = checks.Where(c => c.Purpose == RecordCheck.Dkim).ToDictionary(c => c.Host, c => c.Status);
        foreach (var key in keys.Where(k => k.UsedFrom is null && StatusOf(k) == RecordStatus.Found).OrderBy(k => k.Id))
        {
            foreach (var old in keys.Where(k => k.IsInUse && k.Algorithm == key.Algorithm))
            {
                old.RetiredAt = now;
                happened.Add(("key_retired", old.Selector));
            }
            key.UsedFrom = now;
            happened.Add(("key_used", key.Selector));
        }
        var inUse = keys.Where(k => k.IsInUse).Select(StatusOf).ToList();
        if (inUse.Contains(RecordStatus.Found))
            Verify(domain, now, happened);
        else if (domain.VerifiedAt is not null && !inUse.Contains(RecordStatus.Unknown))
            Break(domain, grace, now, happened);
        TurnReturnPath(domain, checks, now, happened);
        domain.CheckedAt = now;
        return happened;

        RecordStatus StatusOf(StoredDkimKey key) =>
            statuses.GetValueOrDefault(ExpectedRecords.DkimHost(domain.Name, key.Selector), RecordStatus.Unknown);
    }

    /// <summary>The checks with what was known before where nothing is known now.</summary>
    public static IReadOnlyList<RecordCheck> Remember(IReadOnlyList<RecordCheck> before, IReadOnlyList<RecordCheck> checks) =>
        [
            .. checks.Select(check =>
                check with
                {
                    LastKnown =
                        check.Status == RecordStatus.Unknown ? SameIn(before, check)?.LastKnown ?? RecordStatus.Unknown : check.Status,
                }
            ),
        ];

    // It is used as long as its records are there; the installation's own is always good. What DNS did not answer changes nothing.
    private static void TurnReturnPath(
        SenderDomain domain,
        IReadOnlyList<RecordCheck> checks,
        DateTimeOffset now,
        List<(string, string?)> happened
    )
    {
        var ofIt = checks.Where(c => c.Purpose is RecordCheck.ReturnPath or RecordCheck.ReturnPathSpf).ToList();
        if (ofIt.Count == 0 || ofIt.Exists(c => c.Status == RecordStatus.Unknown))
            return;
        var isThere = ofIt.TrueForAll(c => c.Status == RecordStatus.Found);
        if (isThere == domain.ReturnPathFrom is not null)
            return;
        domain.ReturnPathFrom = isThere ? now : null;
        happened.Add((isThere ? "return_path_used" : "return_path_off", ofIt[0].Host));
    }

    private static RecordCheck? SameIn(IReadOnlyList<RecordCheck> before, RecordCheck check) =>
        before.FirstOrDefault(b => b.Purpose == check.Purpose && b.Host == check.Host);

    private static void Compare(RecordCheck? before, RecordCheck now, List<(string, string?)> happened)
    {
        if (now.Status == RecordStatus.Unknown || before is null || before.LastKnown == RecordStatus.Unknown)
            return;
        if (before.LastKnown != RecordStatus.Found && now.Status == RecordStatus.Found)
            happened.Add(("record_found", now.Host));
        else if (before.LastKnown == RecordStatus.Found && now.Status != RecordStatus.Found)
            happened.Add(("record_broken", $"{now.Host}: {now.Hint}"));
    }

    private static void Verify(SenderDomain domain, DateTimeOffset now, List<(string, string?)> happened)
    {
        domain.BrokenSince = null;
        if (domain.VerifiedAt is not null)
            return;
        domain.VerifiedAt = now;
        happened.Add(("verified", null));
    }

    private static void Break(SenderDomain domain, TimeSpan grace, DateTimeOffset now, List<(string, string?)> happened)
    {
        domain.BrokenSince ??= now;
        if (now - domain.BrokenSince < grace)
            return;
        domain.VerifiedAt = null;
        domain.BrokenSince = null;
        happened.Add(("unverified", "The DKIM record of no key in use was found"));
    }
}

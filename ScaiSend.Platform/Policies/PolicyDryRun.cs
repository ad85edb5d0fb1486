namespace ScaiSend.Platform.Policies;

/// <summary>What another policy would have made of the recorded attempts that did not deliver.</summary>
/// <param name="Judged">Attempts with an answer that can be judged anew.</param>
/// <param name="Changed">Of these, how many would end in another way than by the policy in force.</param>
/// <param name="OtherThanRecorded">How many would end in another way than they did (deferred or bounced).</param>
/// <param name="Unjudged">Attempts without a receiver's answer.</param>
/// <param name="Groups">What changes into what, the most frequent first.</param>
/// <param name="MoreGroups">How many groups are not shown.</param>
/// <param name="IsComplete">False when the time was up before all attempts were judged.</param>
public sealed record PolicyDryRun(
    int Judged,
    int Changed,
    int OtherThanRecorded,
    int Unjudged,
    IReadOnlyList<PolicyDifference> Groups,
    int MoreGroups,
    bool IsComplete
);

/// <summary>One kind of difference.</summary>
/// <param name="From">What the policy in force does, in words, with its rule.</param>
/// <param name="To">What the other one does.</param>
/// <param name="Examples">A few attempts: <c>eml_…#number</c>.</param>
public sealed record PolicyDifference(string Provider, string From, string To, int Count, IReadOnlyList<string> Examples);

/// <summary>
/// Judges the recorded attempts of a time by another policy. The stages that judge replies and set times are not known where it is asked for, so the host hands it in.
/// </summary>
/// <param name="back">How far back, from now.</param>
/// <param name="limit">How long it may take; what was judged by then is answered.</param>
public delegate Task<PolicyDryRun> DryRunPolicy(
    DeliveryPolicy candidate,
    TimeSpan back,
    TimeSpan limit,
    CancellationToken cancellationToken
);

namespace ScaiSend.Benchmarks.Accept;

/// <summary>What <c>wrk</c> saw.</summary>
/// <param name="Broken">Connections refused or cut, and timeouts.</param>
public sealed record WrkResult(long Requests, double PerSecond, double P50Milliseconds, double P99Milliseconds, long Not202, long Broken);

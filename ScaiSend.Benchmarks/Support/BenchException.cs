namespace ScaiSend.Benchmarks.Support;

/// <summary>A run that cannot go on, with the reason in words for whoever started it.</summary>
public sealed class BenchException(string reason) : Exception(reason);

namespace ScaiSend.Benchmarks.Load;

/// <summary>An answer's status code and its body as received (chunk sizes included).</summary>
public readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body);

namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>One size of message and how many of them make a run.</summary>
public sealed record PipelineLoad(string Name, int MailSize, int Count);

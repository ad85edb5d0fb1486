namespace ScaiSend.Benchmarks.Pipeline;

/// <summary>Which roles run as which processes.</summary>
public sealed record PipelineShape(string Name, IReadOnlyList<string> Commands);

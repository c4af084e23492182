using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>A shard that is done.</summary>
/// <param name="Record">What it wrote.</param>
/// <param name="Reused">It was done before.</param>
/// <param name="Measures">What it measured; empty where reused.</param>
public sealed record ShardOutcome(CompletionRecord Record, bool Reused, IReadOnlyDictionary<string, double> Measures);

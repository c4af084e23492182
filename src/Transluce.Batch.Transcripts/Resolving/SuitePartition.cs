using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Resolving;

/// <summary>The artifacts of one log file of a suite.</summary>
/// <param name="LogId">SHA-256 of the file.</param>
/// <param name="Ingest">Writes its runs and blocks.</param>
/// <param name="Chunk">Writes its chunks.</param>
/// <param name="Embed">Writes their vectors.</param>
public sealed record SuitePartition(string LogId, Stage Ingest, Stage Chunk, Stage Embed)
{
    /// <summary>The order in which stages of a whole suite read its partitions: a partition's number is its place here.</summary>
    public static IReadOnlyList<SuitePartition> InOrder(IEnumerable<SuitePartition> partitions)
        => [.. partitions.OrderBy(partition => partition.LogId, StringComparer.Ordinal)];
}

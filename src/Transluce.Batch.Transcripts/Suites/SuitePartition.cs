using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Suites;

/// <summary>The stages of one log of a suite. Partitions stand in the order of their logs' SHA-256.</summary>
public sealed record SuitePartition(Stage Ingest, Stage Chunk, Stage Embed)
{
    /// <summary>All partitions and the stage that picks one copy of each sample, as inputs of a stage over the whole suite.</summary>
    public static IReadOnlyList<StageInput> Inputs(IReadOnlyList<SuitePartition> partitions, Stage resolve)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(resolve);
        return [.. partitions.SelectMany(p => (StageInput[])[new(p.Ingest), new(p.Chunk), new(p.Embed)]), new(resolve)];
    }
}

using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>A synthetic suite as the artifacts that stages over a whole suite read: one partition a log.</summary>
internal sealed class SyntheticStages
{
    public SyntheticStages(SuiteShard shard, SyntheticSuite suite)
    {
        Partitions = SuitePartition.InOrder(suite.Logs.Select((log, number) => Partition(shard, log, number)));
        Resolve = shard.Given(new GivenRowsStage("resolve", GivenRowsStage.Rows(
            suite.Logs.SelectMany((log, partition) => log.Runs.Select((run, ordinal) =>
                new SampleProvenanceRow(run.Uuid, 0, partition, ordinal, log.FileName, Picked: true, DuplicateOf: null, "only copy", run.Uuid, Conflict: false)))
                .OrderBy(row => row.AgentRunId, StringComparer.Ordinal).ToList())));
    }

    public IReadOnlyList<SuitePartition> Partitions { get; }

    public Stage Resolve { get; }

    private static SuitePartition Partition(SuiteShard shard, SyntheticLog log, int number)
    {
        var chunks = log.Runs.SelectMany(SyntheticRows.Chunks).ToList();
        return new SuitePartition(
            $"{number:00}",
            shard.Given(new GivenRowsStage("ingest",
                GivenRowsStage.Rows(log.Runs.Select((run, i) => SyntheticRows.Run(log, run, i)).ToList()),
                GivenRowsStage.Rows(log.Runs.Select(SyntheticRows.Transcript).ToList()),
                GivenRowsStage.Rows(log.Runs.SelectMany(SyntheticRows.Blocks).ToList()),
                GivenRowsStage.Rows(log.Runs.SelectMany(SyntheticRows.Calls).ToList()))),
            shard.Given(new GivenRowsStage("chunk",
                GivenRowsStage.Rows(chunks),
                GivenRowsStage.Rows(chunks.Select(c => new ChunkSpanRow(c.RunOrdinal, c.TranscriptOrdinal, c.ChunkIndex, 0, 0, c.Text.IndexOf('\n') is > 0 and var end ? end : c.Text.Length, c.StartBlock, "text", -1, 0)).ToList()))),
            shard.Given(new GivenRowsStage("embed", GivenRowsStage.Rows(
                chunks.Select(c => new EmbeddingRow(c.RunOrdinal, c.TranscriptOrdinal, c.ChunkIndex, c.ChunkId, c.TextSha256, WordHashModel.Vector(c.Text), null)).ToList()))));
    }
}

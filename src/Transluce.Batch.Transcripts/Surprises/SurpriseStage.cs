using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Resolving;
using Transluce.Batch.Transcripts.Suites;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>Ranks what is unusual in the runs of a suite, without being asked for anything.</summary>
/// <param name="partitions">The logs of the suite.</param>
/// <param name="resolve">Picks one copy of each sample.</param>
public sealed class SurpriseStage(IReadOnlyList<SuitePartition> partitions, Stage resolve) : Stage
{
    private const int LongestHead = 120;

    public override string Name => "surprise";

    public override int Version => 3;

    public override IReadOnlyList<Type> Tables => [typeof(SurpriseRow)];

    public override IReadOnlyList<StageInput> Inputs => SuiteReader.Inputs(partitions, resolve);

    public override JsonObject Options => [];

    /// <summary>One: every run is judged by all others.</summary>
    public override int ShardCount => 1;

    public override StageEstimate Estimate() => SuiteEstimate.Of(partitions.Select(partition => partition.Chunk), 10, 1_500);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var table = shard.Table<SurpriseRow>();
        var reader = new SuiteReader(shard, partitions, resolve);
        var ranked = SurpriseRanking.Rank(() => Runs(reader, cancellationToken));
        foreach (var (surprise, rank) in ranked.Select((surprise, rank) => (surprise, rank)))
        {
            var finding = surprise.Finding;
            table.Write(new SurpriseRow(
                rank, surprise.AgentRunId, finding.Kind, surprise.Score, finding.TranscriptOrdinal, finding.BlockIndex, surprise.BlockId, finding.Start, finding.Length, finding.Reason));
            shard.Count(finding.Kind, 1);
        }
    }

    private static IEnumerable<SurpriseRun> Runs(SuiteReader reader, CancellationToken cancellationToken)
    {
        foreach (var run in reader.Runs())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunks = run.Chunks.Select(c => new SurpriseChunk(c.Row.ChunkId, c.Row.TranscriptOrdinal, c.BlockIndex, c.Start, c.Length, Head(c.Row.Text), c.Vector));
            yield return new SurpriseRun(run.Row.AgentRunId, $"{run.Row.Task}\n{run.Row.SampleId}", run.Calls, [.. chunks], run.BlockIds);
        }
    }

    private static string Head(string text)
    {
        var line = text.AsSpan().TrimStart();
        var end = line.IndexOf('\n');
        line = end < 0 ? line : line[..end];
        return line.Length <= LongestHead ? line.ToString() : string.Concat(line[..(char.IsHighSurrogate(line[LongestHead - 1]) ? LongestHead - 1 : LongestHead)], "…");
    }
}

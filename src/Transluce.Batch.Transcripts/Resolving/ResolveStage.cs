using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Resolving;

/// <summary>Picks one copy of each sample of a suite: logs are copied, re-encoded, retried and continued. All copies stay in their partitions.</summary>
public sealed class ResolveStage(IReadOnlyList<SuitePartition> partitions) : Stage
{
    private readonly IReadOnlyList<SuitePartition> ordered = SuitePartition.InOrder(partitions);

    public override string Name => "resolve";

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(SampleProvenanceRow)];

    public override IReadOnlyList<StageInput> Inputs => [.. ordered.Select(partition => new StageInput(partition.Ingest))];

    public override JsonObject Options => [];

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(ForwardTokens: 0, Bytes: 0, Seconds: 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var copies = new SortedDictionary<string, List<SampleCopy>>(StringComparer.Ordinal);
        for (var number = 0; number < ordered.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ingest = shard.Input(ordered[number].Ingest);

            // A file that could not be read at all has no header and no runs.
            if (ingest.Read<EvalLogRow>().FirstOrDefault() is { } log)
            {
                foreach (var run in ingest.Read<AgentRunRow>())
                {
                    if (!copies.TryGetValue(run.AgentRunId, out var list))
                    {
                        copies.Add(run.AgentRunId, list = []);
                    }

                    // What a run's texts take is not needed to rank it.
                    list.Add(new SampleCopy(number, log, SampleCopy.ResultOf(run), run with { InputText = "", TargetJson = null, ScoresJson = "", NormalisedScoresJson = "", ScoreDetailsJson = "", MetadataJson = "", OtherJson = null }));
                }
            }
        }

        foreach (var row in copies.Values.SelectMany(SampleCopies.Rank))
        {
            shard.Table<SampleProvenanceRow>().Write(row);
            shard.Count(row.Picked ? "samples" : "duplicates", 1);
            shard.Count("conflicts", row is { Picked: true, Conflict: true } ? 1 : 0);
        }
    }
}

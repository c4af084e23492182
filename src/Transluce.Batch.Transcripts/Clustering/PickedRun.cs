using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>A run that counts, with what shares are reported by.</summary>
internal sealed record PickedRun(string AgentRunId, string SampleId, string Task, string Model, double? Score, string? LimitType)
{
    /// <summary>The picked copy of every sample, by its place.</summary>
    public static IReadOnlyDictionary<(int Partition, int RunOrdinal), PickedRun> Read(ShardContext shard, Stage resolve, IReadOnlyList<SuitePartition> partitions)
    {
        var places = shard.Input(resolve).Read<SampleProvenanceRow>().Where(row => row.Picked).Select(row => (row.Partition, row.RunOrdinal)).ToHashSet();
        var runs = new Dictionary<(int, int), PickedRun>();
        for (var number = 0; number < partitions.Count; number++)
        {
            foreach (var row in shard.Input(partitions[number].Ingest).Read<AgentRunRow>().Where(row => places.Contains((number, row.RunOrdinal))))
            {
                runs.Add((number, row.RunOrdinal), new PickedRun(row.AgentRunId, row.SampleId, row.Task, row.Model, row.PrimaryScore, row.LimitType));
            }
        }

        return runs;
    }
}

using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Reads what is clustered: the turns of the runs that count, in the order of partition, run, transcript and chunk.</summary>
internal sealed class ItemReader(ShardContext shard, IReadOnlyList<SuitePartition> partitions)
{
    /// <summary>Turns are clustered; what users and systems say is part of the task, not of what the agent did.</summary>
    public const string Kind = "turn";

    public ClusterItems Read(IReadOnlyDictionary<(int Partition, int RunOrdinal), PickedRun> picked, ClusterUnit unit, CancellationToken cancellationToken)
    {
        var items = new List<ClusterItem>();
        var vectors = new List<float[]>();
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 0; number < partitions.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var turns = Turns(number);
            foreach (var row in shard.Input(partitions[number].Embed).Read<EmbeddingRow>())
            {
                if (!picked.TryGetValue((number, row.RunOrdinal), out var run) || !turns.Contains((row.RunOrdinal, row.TranscriptOrdinal, row.ChunkIndex)))
                {
                    continue;
                }

                if (row.Vector.Length == 0)
                {
                    shard.Count("chunks without a vector", 1);
                }
                else if (!found.Add(row.ChunkId))
                {
                    shard.Count("chunks with an id seen before", 1);
                }
                else
                {
                    items.Add(new ClusterItem(row.ChunkId, run.AgentRunId, number, row.RunOrdinal, row.TranscriptOrdinal, row.ChunkIndex));
                    vectors.Add(row.Vector);
                }
            }
        }

        var chunks = new ClusterItems(items, VectorTable.Normalised(vectors));
        return unit == ClusterUnit.Chunk ? chunks : Runs(chunks);
    }

    private HashSet<(int, int, int)> Turns(int number)
        => [.. shard.Input(partitions[number].Chunk).Read<ChunkRow>().Where(row => row.Kind == Kind).Select(row => (row.RunOrdinal, row.TranscriptOrdinal, row.ChunkIndex))];

    /// <summary>Runs as the normalised means of their chunks. Chunks that cancel leave no direction; such a run is counted and left out.</summary>
    private ClusterItems Runs(ClusterItems chunks)
    {
        var items = new List<ClusterItem>();
        var vectors = new List<float[]>();
        for (var start = 0; start < chunks.Items.Count;)
        {
            var first = chunks.Items[start];
            var sum = new double[chunks.Vectors.Dimensions];
            var end = start;
            for (; end < chunks.Items.Count && chunks.Items[end].AgentRunId == first.AgentRunId; end++)
            {
                var vector = chunks.Vectors[end];
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += vector[i];
                }
            }

            float[] mean = [.. sum.Select(value => (float)(value / (end - start)))];
            if (VectorTable.Normalise(mean))
            {
                items.Add(first with { ItemId = first.AgentRunId, TranscriptOrdinal = -1, ChunkIndex = -1 });
                vectors.Add(mean);
            }
            else
            {
                shard.Count("runs without a direction", 1);
            }

            start = end;
        }

        return new ClusterItems(items, VectorTable.Normalised(vectors));
    }
}

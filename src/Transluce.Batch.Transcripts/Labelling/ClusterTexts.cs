using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Reads the texts behind the members of clusters: once for the words of all of them, and again for the few that are shown.</summary>
internal sealed class ClusterTexts(ShardContext shard, IReadOnlyList<SuitePartition> partitions, CancellationToken cancellationToken)
{
    /// <summary>The chunks of members: one, or those of a run.</summary>
    public IEnumerable<(ClusterMemberRow Member, IReadOnlyList<ChunkRow> Chunks)> Chunks(IReadOnlyList<ClusterMemberRow> members)
    {
        foreach (var group in members.GroupBy(member => member.Partition).OrderBy(group => group.Key))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var byPlace = group.ToDictionary(member => (member.RunOrdinal, member.TranscriptOrdinal, member.ChunkIndex));
            var gathered = new List<ChunkRow>();
            foreach (var chunk in shard.Input(partitions[group.Key].Chunk).Read<ChunkRow>().Where(chunk => chunk.Kind == ItemReader.Kind))
            {
                if (byPlace.TryGetValue((chunk.RunOrdinal, chunk.TranscriptOrdinal, chunk.ChunkIndex), out var member))
                {
                    yield return (member, [chunk]);
                }
                else if (byPlace.ContainsKey((chunk.RunOrdinal, -1, -1)))
                {
                    if (gathered.Count > 0 && gathered[0].RunOrdinal != chunk.RunOrdinal)
                    {
                        yield return (byPlace[(gathered[0].RunOrdinal, -1, -1)], [.. gathered]);
                        gathered.Clear();
                    }

                    gathered.Add(chunk);
                }
            }

            if (gathered.Count > 0)
            {
                yield return (byPlace[(gathered[0].RunOrdinal, -1, -1)], gathered);
            }
        }
    }
}

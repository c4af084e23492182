using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>A cluster, its members nearest first, and the texts of those that may be shown.</summary>
/// <param name="Row">The cluster.</param>
/// <param name="Members">Of a leaf as stored, of a parent those of its leaves; nearest to their own centroid first.</param>
/// <param name="Outside">Of a leaf the nearest items outside, nearest first; of a parent none.</param>
/// <param name="Keywords">Best first.</param>
internal sealed record LabelledCluster(
    ClusterRow Row, IReadOnlyList<ClusterMemberRow> Members, IReadOnlyList<ClusterMemberRow> Outside, IReadOnlyList<(string Word, double Weight)> Keywords)
{
    /// <summary>The medoid, then the nearest members of other runs, then whatever is near.</summary>
    public IReadOnlyList<ClusterMemberRow> Typical(int count)
    {
        var typical = Members.Where(member => member.ItemId == Row.Medoid).Take(1).ToList();
        var runs = typical.Select(member => member.AgentRunId).ToHashSet(StringComparer.Ordinal);
        typical.AddRange(Members.Where(member => runs.Add(member.AgentRunId)).Take(count - typical.Count));
        typical.AddRange(Members.Except(typical).Take(count - typical.Count));
        return typical;
    }
}

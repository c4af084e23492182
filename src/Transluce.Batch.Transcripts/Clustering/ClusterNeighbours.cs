using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>The nearest items outside each leaf: what a description of the leaf must tell it apart from.</summary>
internal static class ClusterNeighbours
{
    /// <summary>Rows in the order of their table; distances in double precision, of equal ones the item of the lower id first.</summary>
    public static IEnumerable<ClusterNeighbourRow> Of(ClusterItems items, IReadOnlyList<ClusterNode> nodes, int count, int threads)
    {
        ClusterNode[] leaves = [.. nodes.Where(node => node.Level == 0).OrderBy(node => node.Id)];
        var nearest = new (double Distance, string Item, int Row)[leaves.Length][];
        FixedBlocks.Run(leaves.Length, threads, leaf => nearest[leaf] = Nearest(items, leaves[leaf], count));
        for (var leaf = 0; leaf < leaves.Length; leaf++)
        {
            for (var rank = 0; rank < nearest[leaf].Length; rank++)
            {
                var (distance, id, row) = nearest[leaf][rank];
                yield return new ClusterNeighbourRow(leaves[leaf].Id, rank, id, items.Items[row].AgentRunId, distance);
            }
        }
    }

    private static (double Distance, string Item, int Row)[] Nearest(ClusterItems items, ClusterNode leaf, int count)
    {
        var inside = leaf.Members.ToHashSet();
        var order = Comparer<(double Distance, string Item, int Row)>.Create((x, y) => x.Distance != y.Distance ? x.Distance.CompareTo(y.Distance) : string.CompareOrdinal(x.Item, y.Item));
        var kept = new SortedSet<(double Distance, string Item, int Row)>(order);
        for (var row = 0; row < items.Items.Count && count > 0; row++)
        {
            if (inside.Contains(row))
            {
                continue;
            }

            var candidate = (ItemPlaces.Distance(items.Vectors[row], leaf.Centroid), items.Items[row].ItemId, row);
            if (kept.Count < count)
            {
                kept.Add(candidate);
            }
            else if (order.Compare(candidate, kept.Max) < 0)
            {
                kept.Remove(kept.Max);
                kept.Add(candidate);
            }
        }

        return [.. kept];
    }
}

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// The tree of merges without splits that lose only a few items, and the clusters in it that live longest for their size (excess of mass;
/// Campello et al. 2013). The whole is never a cluster.
/// </summary>
internal sealed class CondensedTree
{
    // Copies of one text have distance zero: they are this much denser than anything else.
    private const double LeastDistance = 1e-6;

    private readonly int items;
    private readonly int leastMembers;
    private readonly MergeTree merges;
    private readonly int[] leftAt;
    private readonly List<(int Parent, double Birth, double Stability)> clusters = [(-1, 0, 0)];

    private CondensedTree(int items, MergeTree merges, int leastMembers)
    {
        this.items = items;
        this.merges = merges;
        this.leastMembers = leastMembers;
        leftAt = new int[items];
    }

    /// <param name="items">Number of items, at least two.</param>
    /// <param name="edges">A spanning tree.</param>
    /// <param name="leastMembers">Fewer items are no cluster.</param>
    /// <returns>Cluster of each item, numbered by first item; -1 for none.</returns>
    public static int[] Labels(int items, IReadOnlyList<DensityEdge> edges, int leastMembers)
    {
        var tree = new CondensedTree(items, MergeTree.Of(items, edges), leastMembers);
        tree.Condense();
        return tree.Label(tree.Select());
    }

    private void Condense()
    {
        var open = new Stack<(int Node, int Cluster)>([(merges.Root, 0)]);
        while (open.TryPop(out var entry))
        {
            var (node, cluster) = entry;
            if (node < items)
            {
                leftAt[node] = cluster;
                continue;
            }

            var (left, right, distance) = merges[node];
            var density = 1 / Math.Max(LeastDistance, distance);
            var (leftStays, rightStays) = (merges.Size(left) >= leastMembers, merges.Size(right) >= leastMembers);
            if (leftStays && rightStays)
            {
                Leave(cluster, merges.Size(node), density);
                open.Push((right, Begin(cluster, density)));
                open.Push((left, Begin(cluster, density)));
                continue;
            }

            foreach (var (side, stays) in ((int, bool)[])[(right, rightStays), (left, leftStays)])
            {
                if (stays)
                {
                    open.Push((side, cluster));
                }
                else
                {
                    Leave(cluster, merges.Size(side), density);
                    merges.ForEachItem(side, item => leftAt[item] = cluster);
                }
            }
        }
    }

    private int Begin(int parent, double density)
    {
        clusters.Add((parent, density, 0));
        return clusters.Count - 1;
    }

    private void Leave(int cluster, int count, double density)
    {
        var (parent, birth, stability) = clusters[cluster];
        clusters[cluster] = (parent, birth, stability + ((density - birth) * count));
    }

    /// <summary>A cluster is taken where it is as stable as all that can be taken below it. Children come after parents.</summary>
    private bool[] Select()
    {
        var taken = new bool[clusters.Count];
        var below = new double[clusters.Count];
        for (var cluster = clusters.Count - 1; cluster > 0; cluster--)
        {
            var (parent, _, stability) = clusters[cluster];
            taken[cluster] = stability >= below[cluster];
            below[parent] += Math.Max(stability, below[cluster]);
        }

        return taken;
    }

    private int[] Label(bool[] taken)
    {
        // The topmost one taken on the way to the root counts: it is as stable as all below it.
        var topmost = new int[clusters.Count];
        topmost[0] = -1;
        for (var cluster = 1; cluster < clusters.Count; cluster++)
        {
            var above = topmost[clusters[cluster].Parent];
            topmost[cluster] = above >= 0 ? above : taken[cluster] ? cluster : -1;
        }

        var numbers = new Dictionary<int, int>();
        return [.. leftAt.Select(cluster => topmost[cluster])
            .Select(cluster => cluster < 0 ? -1 : numbers.TryGetValue(cluster, out var number) ? number : numbers[cluster] = numbers.Count)];
    }
}

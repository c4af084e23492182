namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>A cluster with its id and its place in the tree.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Level">0 for a leaf.</param>
/// <param name="ParentId">The cluster above, or -1.</param>
/// <param name="Members">Rows of its items, ascending.</param>
/// <param name="Centroid">Of length one.</param>
/// <param name="PreviousId">The cluster of the baseline it continues, or -1.</param>
/// <param name="PreviousOverlap">Share of that cluster's members found again.</param>
internal sealed record ClusterNode(int Id, int Level, int ParentId, int[] Members, float[] Centroid, int PreviousId, double? PreviousOverlap)
{
    /// <summary>Leaves in the order of their places, then the levels above.</summary>
    /// <param name="items">Items and vectors.</param>
    /// <param name="leaves">A clustering made anew.</param>
    /// <param name="baseline">What ids are carried over from, or null.</param>
    public static IReadOnlyList<ClusterNode> Anew(ClusterItems items, LeafClusters leaves, ClusterBaseline? baseline)
    {
        var members = MembersOf(leaves);
        var free = baseline?.FreeId ?? 0;
        var matches = Matches(items, members, 0, baseline);
        var nodes = new List<ClusterNode>();
        for (var place = 0; place < members.Length; place++)
        {
            var (previous, overlap) = matches[place];
            nodes.Add(new ClusterNode(previous < 0 ? free++ : previous, 0, -1, members[place], leaves.Centroids[place].ToArray(), previous, overlap));
        }

        var below = 0;
        foreach (var groups in ClusterTree.Levels(leaves.Centroids))
        {
            var level = nodes[below].Level + 1;
            var children = groups.Length;
            int[][] grouped = [.. Enumerable.Range(0, groups.Max() + 1).Select(group => Enumerable.Range(0, children).Where(child => groups[child] == group).Select(child => below + child).ToArray())];
            int[][] rows = [.. grouped.Select(group => group.SelectMany(child => nodes[child].Members).Order().ToArray())];
            var parents = Matches(items, rows, level, baseline);
            for (var group = 0; group < grouped.Length; group++)
            {
                var (previous, overlap) = parents[group];
                var id = previous < 0 ? free++ : previous;
                nodes.Add(new ClusterNode(id, level, -1, rows[group], Direction(items.Vectors, rows[group]), previous, overlap));
                foreach (var child in grouped[group])
                {
                    nodes[child] = nodes[child] with { ParentId = id };
                }
            }

            below += children;
        }

        return nodes;
    }

    /// <summary>The baseline's clusters, all of them, with the members of now.</summary>
    public static IReadOnlyList<ClusterNode> Frozen(ClusterItems items, LeafClusters leaves, ClusterBaseline baseline)
    {
        var members = MembersOf(leaves);
        var remaining = baseline.Remaining(items);
        List<ClusterNode> nodes = [.. baseline.Leaves.Select((row, place) => new ClusterNode(row.ClusterId, 0, row.ParentId, members[place], row.Centroid, row.ClusterId, remaining[row.ClusterId]))];
        foreach (var row in baseline.Parents.OrderBy(row => row.Level).ThenBy(row => row.ClusterId))
        {
            int[] rows = [.. nodes.Where(node => node.ParentId == row.ClusterId).SelectMany(node => node.Members).Order()];
            nodes.Add(new ClusterNode(row.ClusterId, row.Level, row.ParentId, rows, row.Centroid, row.ClusterId, remaining[row.ClusterId]));
        }

        return nodes;
    }

    private static (int Id, double? Overlap)[] Matches(ClusterItems items, int[][] members, int level, ClusterBaseline? baseline)
        => baseline?.Match(items, members, level) ?? [.. members.Select(_ => (-1, (double?)null))];

    private static int[][] MembersOf(LeafClusters leaves)
    {
        var members = new List<int>[leaves.Centroids.Rows];
        for (var place = 0; place < members.Length; place++)
        {
            members[place] = [];
        }

        for (var row = 0; row < leaves.Assignment.Length; row++)
        {
            if (leaves.Assignment[row] >= 0)
            {
                members[leaves.Assignment[row]].Add(row);
            }
        }

        return [.. members.Select(list => list.ToArray())];
    }

    private static float[] Direction(VectorTable vectors, int[] rows)
    {
        var assignment = new int[vectors.Rows];
        Array.Fill(assignment, -1);
        foreach (var row in rows)
        {
            assignment[row] = 0;
        }

        return LeafClusters.Directions(vectors, assignment, 1).Values;
    }
}

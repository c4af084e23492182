namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Levels above the leaves: Ward's agglomeration (1963) of the leaves' centroids, each one vote, cut at a third of the level below until few are left.</summary>
internal static class ClusterTree
{
    private const int FewRoots = 6;

    /// <returns>For each level, the group of each node of the level below; groups are numbered by their first node. Empty where leaves are few.</returns>
    public static IReadOnlyList<int[]> Levels(VectorTable centroids)
    {
        var cuts = new List<int>();
        for (var groups = centroids.Rows; groups > FewRoots;)
        {
            groups = (groups + 2) / 3;
            cuts.Add(groups);
        }

        var byCut = Agglomerate(centroids, cuts);
        var levels = new List<int[]>();
        int[] below = [.. Enumerable.Range(0, centroids.Rows)];
        foreach (var groups in byCut)
        {
            // From groups of leaves to groups of the level below.
            var parents = new int[below.Max() + 1];
            for (var leaf = 0; leaf < below.Length; leaf++)
            {
                parents[below[leaf]] = groups[leaf];
            }

            levels.Add(parents);
            below = groups;
        }

        return levels;
    }

    private static List<int[]> Agglomerate(VectorTable centroids, List<int> cuts)
    {
        var count = centroids.Rows;
        var distances = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                distances[i, j] = distances[j, i] = Math.Max(0, 2 - (2 * FixedDot.Double(centroids[i], centroids[j])));
            }
        }

        int[] group = [.. Enumerable.Range(0, count)];
        var sizes = new int[count];
        Array.Fill(sizes, 1);
        var result = new List<int[]>();
        for (var left = count; result.Count < cuts.Count; left--)
        {
            if (left == cuts[result.Count])
            {
                result.Add(Renumber(group));
                if (result.Count == cuts.Count)
                {
                    break;
                }
            }

            Merge(distances, sizes, group);
        }

        return result;
    }

    /// <summary>Joins the nearest pair; of equal ones the first. The distance to the union follows Lance and Williams (1967).</summary>
    private static void Merge(double[,] distances, int[] sizes, int[] group)
    {
        var (a, b, least) = (0, 0, double.PositiveInfinity);
        for (var i = 0; i < sizes.Length; i++)
        {
            for (var j = i + 1; sizes[i] > 0 && j < sizes.Length; j++)
            {
                if (sizes[j] > 0 && distances[i, j] < least)
                {
                    (a, b, least) = (i, j, distances[i, j]);
                }
            }
        }

        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] > 0 && i != a && i != b)
            {
                double total = sizes[a] + sizes[b] + sizes[i];
                distances[a, i] = distances[i, a] = (((sizes[a] + sizes[i]) * distances[a, i]) + ((sizes[b] + sizes[i]) * distances[b, i]) - (sizes[i] * least)) / total;
            }
        }

        sizes[a] += sizes[b];
        sizes[b] = 0;
        for (var leaf = 0; leaf < group.Length; leaf++)
        {
            group[leaf] = group[leaf] == b ? a : group[leaf];
        }
    }

    private static int[] Renumber(int[] group)
    {
        var numbers = new Dictionary<int, int>();
        return [.. group.Select(g => numbers.TryGetValue(g, out var number) ? number : numbers[g] = numbers.Count)];
    }
}

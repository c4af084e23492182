namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Mean silhouette (Rousseeuw 1987) by 1 - cosine over a sample of items. Reported; never what a number of clusters is chosen by.</summary>
internal static class Silhouette
{
    private const int SampleItems = 2_000;

    /// <returns>Null where fewer than two clusters have members in the sample.</returns>
    public static double? Of(VectorTable vectors, int[] assignment, int seed, int threads)
    {
        int[] members = [.. Enumerable.Range(0, assignment.Length).Where(row => assignment[row] >= 0)];
        int[] sample = [.. new SeededDraws(seed, "silhouette").Sample(members.Length, SampleItems).Select(i => members[i])];
        int[] clusters = [.. sample.Select(row => assignment[row]).Distinct().Order()];
        if (clusters.Length < 2)
        {
            return null;
        }

        int[] place = [.. sample.Select(row => Array.BinarySearch(clusters, assignment[row]))];
        var counts = new int[clusters.Length];
        foreach (var cluster in place)
        {
            counts[cluster]++;
        }

        var values = new double[sample.Length];
        FixedBlocks.Run(sample.Length, threads, i =>
        {
            var sums = new double[clusters.Length];
            for (var j = 0; j < sample.Length; j++)
            {
                sums[place[j]] += i == j ? 0 : Math.Max(0, 1 - FixedDot.Single(vectors[sample[i]], vectors[sample[j]]));
            }

            values[i] = Value(sums, counts, place[i]);
        });
        return values.Average();
    }

    private static double Value(double[] sums, int[] counts, int own)
    {
        if (counts[own] == 1)
        {
            return 0;
        }

        var within = sums[own] / (counts[own] - 1);
        var nearest = double.PositiveInfinity;
        for (var cluster = 0; cluster < sums.Length; cluster++)
        {
            nearest = cluster == own ? nearest : Math.Min(nearest, sums[cluster] / counts[cluster]);
        }

        var most = Math.Max(within, nearest);
        return most == 0 ? 0 : (nearest - within) / most;
    }
}

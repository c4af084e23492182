using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>The clusters that items belong to, before anything is named or counted.</summary>
/// <param name="Assignment">Place of each item's cluster, -1 for an outlier.</param>
/// <param name="Centroids">Of length one, a row a cluster.</param>
/// <param name="Stability">Of the number chosen, where it was chosen.</param>
/// <param name="Iterations">Of the start of k-means that counts, where they are made by it.</param>
internal sealed record LeafClusters(int[] Assignment, VectorTable Centroids, double? Stability, int? Iterations = null)
{
    /// <summary>Clusters items without regard to any earlier clustering. The largest cluster comes first, of equal ones that of the earlier item.</summary>
    public static LeafClusters Fit(VectorTable vectors, ClusterOptions options, int threads, CancellationToken cancellationToken)
    {
        if (vectors.Rows == 0)
        {
            return new LeafClusters([], new VectorTable([], vectors.Dimensions), null);
        }

        if (options.Algorithm == ClusterAlgorithm.Density)
        {
            return Ordered(vectors, DensityClusters.Fit(vectors, options.LeastMembers, options.Neighbours, threads, cancellationToken), null);
        }

        var settings = new KMeansSettings(1, options.Starts, options.Iterations, options.Seed, threads, Spherical: true);
        double? stability = null;
        var clusters = options.Clusters;
        if (clusters == 0)
        {
            (clusters, var trials) = ClusterCount.Choose(vectors, options.Least, options.Most, options.StabilityPairs, options.PenaltyOrDefault, settings with { Starts = Math.Min(3, options.Starts) }, cancellationToken);
            stability = trials.Single(trial => trial.Clusters == clusters).Stability;
        }

        settings = settings with { Clusters = Math.Min(clusters, vectors.Rows) };
        if (options.Algorithm == ClusterAlgorithm.KMeans)
        {
            var fit = KMeans.Fit(vectors, settings, cancellationToken);
            return Ordered(vectors, fit.Assignment, stability) with { Iterations = fit.Iterations };
        }

        // One thread: its sums depend on the number.
        return Ordered(vectors, MicrosoftKMeans.Fit(vectors, settings with { Threads = 1, Clusters = Math.Min(settings.Clusters, Distinct(vectors)) }, Microsoft.ML.Trainers.KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus).Assignment, stability);
    }

    // Microsoft.ML refuses more clusters than there are different vectors.
    private static int Distinct(VectorTable vectors)
    {
        var seen = new HashSet<UInt128>();
        for (var row = 0; row < vectors.Rows; row++)
        {
            seen.Add(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(vectors[row])));
        }

        return seen.Count;
    }

    private static LeafClusters Ordered(VectorTable vectors, int[] assignment, double? stability)
    {
        int[] order = [.. Enumerable.Range(0, assignment.Length).Where(row => assignment[row] >= 0)
            .GroupBy(row => assignment[row])
            .OrderByDescending(group => group.Count()).ThenBy(group => group.First())
            .Select(group => group.Key)];
        var places = order.Select((cluster, place) => (cluster, place)).ToDictionary(pair => pair.cluster, pair => pair.place);
        int[] ordered = [.. assignment.Select(cluster => cluster < 0 ? -1 : places[cluster])];
        return new LeafClusters(ordered, Directions(vectors, ordered, order.Length), stability);
    }

    /// <summary>Directions of the clusters' means.</summary>
    public static VectorTable Directions(VectorTable vectors, int[] assignment, int clusters)
    {
        var d = vectors.Dimensions;
        var sums = new double[clusters][];
        for (var row = 0; row < assignment.Length; row++)
        {
            if (assignment[row] >= 0)
            {
                var sum = sums[assignment[row]] ??= new double[d];
                var vector = vectors[row];
                for (var i = 0; i < d; i++)
                {
                    sum[i] += vector[i];
                }
            }
        }

        var values = new float[clusters * d];
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            var squares = sums[cluster].Sum(value => value * value);
            for (var i = 0; i < d; i++)
            {
                // Members that cancel have no direction: the first axis stands for it, so that a centroid always has length one.
                values[(cluster * d) + i] = squares > 1e-18 ? (float)(sums[cluster][i] / Math.Sqrt(squares)) : i == 0 ? 1 : 0;
            }
        }

        return new VectorTable(values, d);
    }
}

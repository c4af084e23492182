using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <param name="Clusters">At most the number of rows.</param>
/// <param name="Starts">Independent starts; the one with the least inertia counts, of equal ones the first.</param>
/// <param name="Iterations">Most iterations of one start.</param>
/// <param name="Seed">Of the draws.</param>
/// <param name="Threads">Threads to use; the result does not depend on it.</param>
/// <param name="Spherical">Centroids of length one (the mean's direction) instead of means.</param>
internal sealed record KMeansSettings(int Clusters, int Starts, int Iterations, int Seed, int Threads, bool Spherical);

/// <param name="Centroids">One row a cluster.</param>
/// <param name="Assignment">Cluster of each row.</param>
/// <param name="Inertia">Sum of squared distances to the centroids.</param>
/// <param name="Iterations">Iterations of the start that counts.</param>
internal sealed record KMeansResult(VectorTable Centroids, int[] Assignment, double Inertia, int Iterations);

/// <summary>Lloyd's iteration from k-means++ seeds over vectors of length one. Bit-equal at any number of threads.</summary>
internal static class KMeans
{
    public static KMeansResult Fit(VectorTable vectors, KMeansSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Clusters < 1 || settings.Clusters > vectors.Rows)
        {
            throw new ArtifactException($"{settings.Clusters} clusters of {vectors.Rows} vectors are impossible; expected 1 to {vectors.Rows}.");
        }

        var norms = NearestCentroids.SquaredNorms(vectors, settings.Threads);
        KMeansResult? best = null;
        for (var start = 0; start < settings.Starts; start++)
        {
            var seeds = CentroidSeeds.Draw(vectors, settings.Clusters, new SeededDraws(settings.Seed, "k-means", start), settings.Threads);
            var result = Run(vectors, norms, Gather(vectors, seeds), settings, cancellationToken);
            best = best is null || result.Inertia < best.Inertia ? result : best;
        }

        return best ?? throw new ArgumentException("At least one start is needed.", nameof(settings));
    }

    /// <summary>The cluster of each row for given centroids.</summary>
    public static (int[] Assignment, double Inertia) Assign(VectorTable vectors, VectorTable centroids, int threads)
    {
        var nearest = new NearestCentroids(vectors, NearestCentroids.SquaredNorms(vectors, threads), centroids, threads);
        var assignment = new int[vectors.Rows];
        nearest.Assign(assignment, new DistanceBounds(vectors.Rows), fresh: true);
        return (assignment, nearest.Inertia(assignment));
    }

    private static KMeansResult Run(VectorTable vectors, double[] norms, VectorTable centroids, KMeansSettings settings, CancellationToken cancellationToken)
    {
        var assignment = new int[vectors.Rows];
        var bounds = new DistanceBounds(vectors.Rows);
        for (var iteration = 0; ; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var nearest = new NearestCentroids(vectors, norms, centroids, settings.Threads);
            var changes = nearest.Assign(assignment, bounds, fresh: iteration == 0);
            if (changes == 0 || iteration == settings.Iterations)
            {
                return new KMeansResult(centroids, assignment, nearest.Inertia(assignment), iteration);
            }

            var means = ClusterMeans.Of(vectors, assignment, centroids, nearest, settings);
            bounds.Move(Moves(centroids, means), assignment);
            centroids = means;
        }
    }

    private static double[] Moves(VectorTable before, VectorTable after)
    {
        var moves = new double[before.Rows];
        for (var i = 0; i < moves.Length; i++)
        {
            var from = before[i];
            var to = after[i];
            for (var d = 0; d < from.Length; d++)
            {
                var difference = (double)to[d] - from[d];
                moves[i] += difference * difference;
            }

            moves[i] = Math.Sqrt(moves[i]) + 1e-12;
        }

        return moves;
    }

    private static VectorTable Gather(VectorTable vectors, int[] rows)
    {
        var values = new float[rows.Length * vectors.Dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            vectors[rows[i]].CopyTo(values.AsSpan(i * vectors.Dimensions));
        }

        return new VectorTable(values, vectors.Dimensions);
    }
}

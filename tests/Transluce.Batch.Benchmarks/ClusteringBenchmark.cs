using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Benchmarks;

/// <summary>Our k-means beside Microsoft.ML's over the same clustered vectors: one start, seeds included, the same number of iterations at most.</summary>
internal static class ClusteringBenchmark
{
    public const double GoalBesideDefault = 3;
    public const double GoalBesideRandom = 2;

    private const int Rounds = 2;

    public static void Run(int rows = 100_000, int dimensions = 384, int clusters = 200, int iterations = 20)
    {
        var vectors = Vectors(rows, dimensions, clusters);
        var settings = new KMeansSettings(clusters, Starts: 1, iterations, Seed: 7, Environment.ProcessorCount, Spherical: false);
        var context = new MLContext(settings.Seed);
        var data = MicrosoftKMeans.Load(context, vectors);

        // Loads the cache and compiles both sides.
        _ = MicrosoftKMeans.Train(context, data, dimensions, settings with { Clusters = 4, Iterations = 1 }, KMeansTrainer.InitializationAlgorithm.Random);
        _ = KMeans.Fit(vectors, settings with { Clusters = 40, Iterations = 2 }, CancellationToken.None);

        var ours = new Best();
        var standard = new Best();
        var random = new Best();
        for (var round = 0; round < Rounds; round++)
        {
            ours.Take(() => KMeans.Fit(vectors, settings, CancellationToken.None), result => (result.Inertia, result.Iterations));
            standard.Take(() => MicrosoftKMeans.Train(context, data, dimensions, settings, KMeansTrainer.InitializationAlgorithm.KMeansYinyang), Inertia);
            random.Take(() => MicrosoftKMeans.Train(context, data, dimensions, settings, KMeansTrainer.InitializationAlgorithm.Random), Inertia);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"k-means, {rows} x {dimensions}, {clusters} clusters, {iterations} iterations at most, {settings.Threads} threads: ours {ours.Seconds:0.00} s (inertia {ours.Inertia:0}, {ours.Iterations} iterations); Microsoft.ML {standard.Seconds:0.00} s ({standard.Inertia:0}), from random {random.Seconds:0.00} s ({random.Inertia:0}): {standard.Seconds / ours.Seconds:0.0} times faster than its default (goal {GoalBesideDefault:0}), {random.Seconds / ours.Seconds:0.0} times than its random start (goal {GoalBesideRandom:0}), inertia {ours.Inertia / standard.Inertia:0.000} and {ours.Inertia / random.Inertia:0.000} of theirs"));

        (double, int) Inertia(VectorTable centroids) => (KMeans.Assign(vectors, centroids, settings.Threads).Inertia, iterations);
    }

    /// <summary>Clusters of very different sizes and widths around directions that overlap, so that k-means has work to do in every iteration.</summary>
    private static VectorTable Vectors(int rows, int dimensions, int clusters)
    {
        var draws = new SeededDraws(1, "clustering benchmark");
        var directions = new float[clusters][];
        for (var i = 0; i < clusters; i++)
        {
            directions[i] = Gaussian(dimensions, ref draws);
        }

        var vectors = new float[rows][];
        for (var row = 0; row < rows; row++)
        {
            // The smaller of two draws: low numbers have many items, high ones few.
            var cluster = Math.Min(draws.NextBelow(clusters), draws.NextBelow(clusters));
            var width = 0.6f + (0.9f * cluster % 7 / 7);
            vectors[row] = Gaussian(dimensions, ref draws);
            for (var d = 0; d < dimensions; d++)
            {
                vectors[row][d] = directions[cluster][d] + (width * vectors[row][d]);
            }
        }

        return VectorTable.Normalised(vectors);
    }

    private static float[] Gaussian(int dimensions, ref SeededDraws draws)
    {
        var values = new float[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            values[d] = (float)(Math.Sqrt(-2 * Math.Log(1 - draws.NextDouble())) * Math.Cos(2 * Math.PI * draws.NextDouble()));
        }

        return values;
    }

    /// <summary>The fastest of the rounds; the inertia is worked out outside the measurement.</summary>
    private sealed class Best
    {
        public double Seconds { get; private set; } = double.MaxValue;

        public double Inertia { get; private set; }

        public int Iterations { get; private set; }

        public void Take<TResult>(Func<TResult> run, Func<TResult, (double Inertia, int Iterations)> read)
        {
            var start = Stopwatch.GetTimestamp();
            var result = run();
            Seconds = Math.Min(Seconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
            (Inertia, Iterations) = read(result);
        }
    }
}

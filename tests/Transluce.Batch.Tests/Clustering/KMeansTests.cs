using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Tests.Clustering;

public sealed class KMeansTests
{
    private static readonly KMeansSettings Settings = new(Clusters: 7, Starts: 3, Iterations: 20, Seed: 5, Threads: 2, Spherical: false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_result_is_bit_equal_at_one_two_and_four_threads(bool spherical)
    {
        var (vectors, _) = PlantedVectors.Draw(5_000, 70, 40, noise: 1.5, seed: 3);

        var results = new[] { 1, 2, 4 }.Select(threads => KMeans.Fit(vectors, Settings with { Clusters = 37, Threads = threads, Spherical = spherical }, CancellationToken.None)).ToArray();

        Assert.All(results[1..], result =>
        {
            Assert.Equal(results[0].Centroids.Values, result.Centroids.Values);
            Assert.Equal(results[0].Assignment, result.Assignment);
            Assert.Equal(results[0].Inertia, result.Inertia);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bounds_and_single_precision_change_nothing_beside_a_plain_computation_in_double_precision(int seed)
    {
        var (vectors, _) = PlantedVectors.Draw(700, 19, 11, noise: 2, seed);
        var fast = KMeans.Fit(vectors, Settings with { Clusters = 13, Starts = 1, Seed = seed }, CancellationToken.None);

        var seeds = CentroidSeeds.Draw(vectors, 13, new SeededDraws(seed, "k-means"), threads: 1);
        var plain = PlainKMeans.Run(vectors, seeds, Settings.Iterations);

        Assert.Equal(plain.Assignment, fast.Assignment);
        Assert.Equal(plain.Centroids, fast.Centroids.Values);
    }

    [Fact]
    public void Equal_distances_go_to_the_lowest_cluster()
    {
        var vectors = new VectorTable([1, 0, 0, 1, -1, 0], 2);
        var centroids = new VectorTable([0, -1, 0, 1, 0, 1, 0, -1], 2);

        Assert.Equal([0, 1, 0], KMeans.Assign(vectors, centroids, threads: 1).Assignment);
    }

    [Fact]
    public void Planted_clusters_are_found()
    {
        var (vectors, truth) = PlantedVectors.Draw(3_000, 64, 20, noise: 0.7, seed: 1);

        var result = KMeans.Fit(vectors, Settings with { Clusters = 20, Starts = 5 }, CancellationToken.None);

        Assert.True(PartitionAgreement.AdjustedRand(truth, result.Assignment) > 0.98);
    }

    [Fact]
    public void More_clusters_than_different_vectors_leave_clusters_empty_and_do_no_harm()
    {
        var vectors = new VectorTable([.. Enumerable.Range(0, 12).SelectMany(i => i % 2 == 0 ? new float[] { 1, 0 } : [0, 1])], 2);

        var result = KMeans.Fit(vectors, Settings with { Clusters = 5 }, CancellationToken.None);

        Assert.Equal(0, result.Inertia, 12);
        Assert.Equal(2, result.Assignment.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void An_impossible_number_of_clusters_is_refused_with_both_numbers(int clusters)
    {
        var error = Assert.Throws<ArtifactException>(() => KMeans.Fit(new VectorTable([1, 0, 0, 1, -1, 0], 2), Settings with { Clusters = clusters }, CancellationToken.None));

        Assert.Contains($"{clusters} clusters of 3 vectors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_without_direction_are_refused()
    {
        Assert.Contains("Vector 1 has no direction", Assert.Throws<ArtifactException>(() => VectorTable.Normalised([[1, 0], [0, 0]])).Message, StringComparison.Ordinal);
        Assert.Contains("Vector 0 has no direction", Assert.Throws<ArtifactException>(() => VectorTable.Normalised([[1, float.NaN]])).Message, StringComparison.Ordinal);
        Assert.Contains("Vector 1 has 1 numbers", Assert.Throws<ArtifactException>(() => VectorTable.Normalised([[1, 0], [1]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Microsofts_centroids_serve_the_same_assignment()
    {
        var (vectors, truth) = PlantedVectors.Draw(600, 32, 6, noise: 0.5, seed: 4);

        var result = MicrosoftKMeans.Fit(vectors, Settings with { Clusters = 6, Threads = 1 }, Microsoft.ML.Trainers.KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus);

        Assert.True(PartitionAgreement.AdjustedRand(truth, result.Assignment) > 0.7);
    }
}

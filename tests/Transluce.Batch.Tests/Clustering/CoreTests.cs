using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Tests.Clustering;

public sealed class CoreTests
{
    private static readonly KMeansSettings Settings = new(Clusters: 1, Starts: 3, Iterations: 50, Seed: 5, Threads: 2, Spherical: true);

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(11)]
    public void The_number_of_clusters_is_the_planted_one_where_clusters_are_clear(int planted)
    {
        var (vectors, _) = PlantedVectors.Draw(420, 48, planted, noise: 0.9, seed: planted);

        var (chosen, trials) = ClusterCount.Choose(vectors, least: 2, most: 20, pairs: 6, penalty: 0.05, Settings, CancellationToken.None);

        Assert.Equal(planted, chosen);
        Assert.Equal(2, trials[0].Clusters);
        Assert.True(trials.Single(t => t.Clusters == planted).Stability > 0.9);
    }

    [Fact]
    public void Density_finds_clusters_of_different_sizes_and_leaves_stray_items_out()
    {
        var (planted, truth) = PlantedVectors.Draw(300, 24, 5, noise: 0.5, seed: 2);
        var (stray, _) = PlantedVectors.Draw(40, 24, 40, noise: 0, seed: 3);
        var vectors = new VectorTable([.. planted.Values, .. stray.Values], 24);

        var labels = DensityClusters.Fit(vectors, leastMembers: 8, neighbours: 5, threads: 2, CancellationToken.None);

        Assert.Equal(5, labels.Where(l => l >= 0).Distinct().Count());
        Assert.True(PartitionAgreement.AdjustedRand(truth, labels.AsSpan(0, 300)) > 0.9);
        Assert.True(labels[300..].Count(l => l < 0) >= 25);
        Assert.Equal(labels, DensityClusters.Fit(vectors, 8, 5, threads: 1, CancellationToken.None));
    }

    [Fact]
    public void Density_copes_with_copies_of_one_text_and_refuses_too_many_items()
    {
        var copies = new VectorTable([.. Enumerable.Range(0, 30).SelectMany(i => i < 15 ? new float[] { 1, 0 } : [0, 1])], 2);

        Assert.Equal([.. Enumerable.Repeat(0, 15), .. Enumerable.Repeat(1, 15)], DensityClusters.Fit(copies, 5, 3, 1, CancellationToken.None));
        Assert.Contains("20001 items are too many", Assert.Throws<ArtifactException>(() => DensityClusters.Fit(new VectorTable(new float[20_001], 1), 5, 3, 1, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matching_takes_the_largest_total_even_where_the_largest_pair_must_go()
    {
        // Greedy takes 9 and is left with 0; 8 + 7 is more.
        Assert.Equal([1, 0, -1], OneToOneMatching.Match(new double[,] { { 9, 8 }, { 7, 0 }, { 0, 0 } }));
        Assert.Equal([2], OneToOneMatching.Match(new double[,] { { 1, 2, 3 } }));
    }

    [Fact]
    public void Matching_equals_the_best_of_all_permutations()
    {
        var draws = new SeededDraws(4, "matching");
        for (var trial = 0; trial < 50; trial++)
        {
            var weights = new double[5, 5];
            for (var i = 0; i < 25; i++)
            {
                weights[i / 5, i % 5] = draws.NextBelow(8);
            }

            var best = Permutations([0, 1, 2, 3, 4]).Max(p => Enumerable.Range(0, 5).Sum(i => weights[i, p[i]]));
            var matched = OneToOneMatching.Match(weights);

            Assert.Equal(best, Enumerable.Range(0, 5).Sum(i => matched[i] < 0 ? 0 : weights[i, matched[i]]));
            Assert.Equal(matched.Count(m => m >= 0), matched.Where(m => m >= 0).Distinct().Count());
        }
    }

    [Fact]
    public void Parents_join_leaves_that_lie_together()
    {
        // Nine leaves around three directions.
        var (leaves, truth) = PlantedVectors.Draw(9, 30, 3, noise: 0.6, seed: 8);

        var levels = ClusterTree.Levels(leaves);

        Assert.Equal(1, PartitionAgreement.AdjustedRand(truth, Assert.Single(levels)));
        Assert.Empty(ClusterTree.Levels(new VectorTable([1, 0, 0, 1], 2)));
    }

    [Fact]
    public void Levels_lead_from_each_node_to_a_node_above()
    {
        var (leaves, _) = PlantedVectors.Draw(40, 30, 40, noise: 0.6, seed: 8);

        Assert.Equal([40, 14, 5], ClusterTree.Levels(leaves).Select(level => level.Length).Append(ClusterTree.Levels(leaves)[^1].Max() + 1));
    }

    [Fact]
    public void The_silhouette_is_high_for_clear_clusters_and_low_for_random_ones()
    {
        var (vectors, truth) = PlantedVectors.Draw(300, 24, 5, noise: 0.3, seed: 2);
        int[] random = [.. truth.Select((_, i) => i / 60)];

        Assert.True(Silhouette.Of(vectors, truth, 1, 2) > 0.8);
        Assert.InRange(Silhouette.Of(vectors, random, 1, 2)!.Value, -0.2, 0.05);
        Assert.Null(Silhouette.Of(vectors, new int[300], 1, 2));
    }

    [Fact]
    public void The_projection_keeps_the_two_directions_of_largest_variance()
    {
        // Variances 9, 4 and 1 along the axes 2, 0 and 1.
        float[][] points = [.. Enumerable.Range(0, 64).Select(i => new float[] { i % 2 == 0 ? 2 : -2, i / 2 % 2 == 0 ? 1 : -1, i / 4 % 2 == 0 ? 3 : -3 })];

        var places = PlaneProjection.Of(new VectorTable([.. points.SelectMany(p => p)], 3), seed: 1, threads: 2);

        Assert.All(points.Zip(places), pair =>
        {
            Assert.Equal(pair.First[2], pair.Second.X, 4);
            Assert.Equal(pair.First[0], pair.Second.Y, 4);
        });
    }

    private static IEnumerable<int[]> Permutations(int[] values)
        => values.Length == 1 ? [values] : values.SelectMany(v => Permutations([.. values.Where(w => w != v)]).Select(rest => (int[])[v, .. rest]));
}

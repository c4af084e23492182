using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Tests.Clustering;

public sealed class ClusterStageTests : IDisposable
{
    private static readonly ClusterOptions Options = new() { Most = 12, StabilityPairs = 3, Starts = 3, Resamples = 100 };

    private readonly SuiteShard shard = new();

    public void Dispose() => shard.Dispose();

    [Fact]
    public void Planted_topics_come_out_as_clusters_with_ordered_members_and_a_map()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b", "c"], runs: 15, topics: 5);

        shard.Run(Stage(suite, Options));

        var clustering = Assert.Single(shard.Rows<ClusteringRow>());
        Assert.Equal(("chunk", "kmeans", 5, 267, 0, null), (clustering.Unit, clustering.Algorithm, clustering.Clusters, clustering.Items, clustering.Outliers, clustering.Baseline));
        Assert.True(clustering.Stability > 0.95 && clustering.Silhouette > 0.3);
        Assert.Equal((54, "revision"), (clustering.Seed, clustering.ModelRevision));
        Assert.InRange(clustering.Iterations!.Value, 1, 100);
        Assert.Equal(3, shard.Counts["chunks without a vector"]);

        var members = shard.Rows<ClusterMemberRow>();
        Assert.Equal(267, members.Select(m => m.ItemId).Distinct().Count());
        Assert.Equal(1, PartitionAgreement.AdjustedRand([.. members.Select(m => suite.TopicOfItem[m.ItemId])], [.. members.Select(m => m.ClusterId)]));
        Assert.All(members, m => Assert.True(m.Margin > 0 && m.Distance >= 0 && m.ChunkIndex > 0));

        var clusters = shard.Rows<ClusterRow>();
        Assert.Equal([0, 1, 2, 3, 4], clusters.Select(c => c.ClusterId));
        Assert.All(clusters, c => Assert.Equal(1, FixedDot.Double(c.Centroid, c.Centroid), 5));
        foreach (var cluster in clusters)
        {
            var own = members.Where(m => m.ClusterId == cluster.ClusterId).ToArray();
            Assert.Equal(cluster.Items, own.Length);
            Assert.Equal(cluster.Medoid, own[0].ItemId);
            Assert.Equal(own.Select(m => m.Distance).Order(), own.Select(m => m.Distance));
            Assert.Equal(5, own.Where(m => m.IsRepresentative).Select(m => m.AgentRunId).Distinct().Count());
            Assert.Equal(5, own.Count(m => m.IsRepresentative));
        }

        Assert.Equal(267, shard.Rows<ProjectionRow>().Count);
    }

    [Fact]
    public void Shares_count_runs_and_say_how_far_they_are_from_even()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 20, topics: 4);

        shard.Run(Stage(suite, Options with { Clusters = 4 }));

        var scored = shard.Rows<ClusterMemberRow>().First(m => suite.TopicOfItem[m.ItemId] == 0).ClusterId;
        var shares = shard.Rows<ClusterStatisticsRow>().Where(s => s.ClusterId == scored).ToDictionary(s => (s.Attribute, s.Value));

        // Topic 0 is the one that scores: a quarter of the runs, five of each model.
        Assert.Equal((10, 10, 1.0, 4.0), (shares[("score", "1")].Runs, shares[("score", "1")].RunsInAll, shares[("score", "1")].Share, shares[("score", "1")].Lift!.Value));
        Assert.Equal(0, shares[("score", "0")].Lift);
        Assert.Equal((1.0, null, 1.0), (shares[("score", "1")].MeanScore!.Value, shares[("score", "0")].MeanScore, shares[("model", "a")].MeanScore!.Value));
        Assert.Equal((60, 0, 30), (shares[("score", "1")].Items, shares[("score", "0")].Items, shares[("model", "a")].Items));
        // Every fourth run was stopped, none of those that score.
        Assert.Equal((10, 10), (shares[("limit", "none")].Runs, shares[("limit", "message")].RunsInAll));
        Assert.Equal(0, shares[("limit", "message")].Lift);
        Assert.Equal((5, 20, 0.25, 1.0), (shares[("model", "a")].Runs, shares[("model", "a")].RunsInAll, shares[("model", "a")].Share, shares[("model", "a")].Lift!.Value));
        Assert.Equal(1, shares[("task", "task")].Lift);
        Assert.True(shares[("score", "1")].LiftLow is > 1 and < 4 && shares[("score", "1")].LiftHigh > 4);
        Assert.Equal(1, shares[("model", "a")].LiftLow!.Value, 9);
    }

    [Fact]
    public void Bytes_do_not_depend_on_threads()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 15, topics: 7);
        List<byte[]>? first = null;
        foreach (var threads in new[] { 1, 2, 4 })
        {
            shard.Run(Stage(suite, Options, threads: threads));
            List<byte[]> bytes = [shard.Bytes<ClusteringRow>(), shard.Bytes<ClusterRow>(), shard.Bytes<ClusterMemberRow>(), shard.Bytes<ClusterStatisticsRow>(), shard.Bytes<ProjectionRow>()];
            first ??= bytes;
            Assert.Equal(first, bytes);
        }
    }

    [Fact]
    public void With_a_baseline_ids_and_centroids_persist_and_new_items_are_assigned()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 15, topics: 5);
        shard.Run(Stage(suite, Options));
        var before = shard.Rows<ClusterRow>();
        var membersBefore = shard.Rows<ClusterMemberRow>();
        var baseline = Keep();

        suite.Add(["c"], runs: 15, topics: 5);
        shard.Run(Stage(suite, Options, baseline));

        var clustering = Assert.Single(shard.Rows<ClusteringRow>());
        Assert.Equal((267, baseline, null), (clustering.Items, clustering.Baseline, clustering.Iterations));
        Assert.InRange(clustering.Drift!.Value, 0, 0.2);
        Assert.Equal((178, 89), (shard.Counts["items kept in their clusters"], shard.Counts["items assigned"]));
        Assert.Equal(before.Select(c => (c.ClusterId, c.ParentId, Centroid: string.Join(' ', c.Centroid))), shard.Rows<ClusterRow>().Select(c => (c.ClusterId, c.ParentId, Centroid: string.Join(' ', c.Centroid))));
        Assert.All(shard.Rows<ClusterRow>(), c => Assert.Equal((c.ClusterId, 1.0), (c.PreviousId, c.PreviousOverlap!.Value)));
        var members = shard.Rows<ClusterMemberRow>().ToDictionary(m => m.ItemId, m => m.ClusterId);
        Assert.All(membersBefore, m => Assert.Equal(m.ClusterId, members[m.ItemId]));
        Assert.Equal(1, PartitionAgreement.AdjustedRand([.. members.Keys.Select(id => suite.TopicOfItem[id])], [.. members.Values]));
    }

    [Fact]
    public void Drift_beyond_the_limit_clusters_anew_and_carries_ids_over_by_shared_members()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 15, topics: 5);
        shard.Run(Stage(suite, Options));
        var topicOf = Topics(suite);
        var baseline = Keep();

        suite.Add(["c", "d"], runs: 15, topics: 3, firstTopic: 10);
        shard.Run(Stage(suite, Options, baseline));

        Assert.True(Assert.Single(shard.Rows<ClusteringRow>()).Drift > 0.9);
        Assert.Contains("clustered anew", Assert.Single(shard.Warnings), StringComparison.Ordinal);
        var after = Topics(suite);
        var clusters = shard.Rows<ClusterRow>().Where(c => c.Level == 0).ToArray();
        Assert.Equal(8, clusters.Length);
        Assert.All(clusters.Where(c => c.PreviousId >= 0), c => Assert.Equal((topicOf[c.ClusterId], c.ClusterId, 1.0), (after[c.ClusterId], c.PreviousId, c.PreviousOverlap!.Value)));
        Assert.Equal([10, 11, 12], clusters.Where(c => c.PreviousId < 0).Select(c => after[c.ClusterId]).Order());
        Assert.All(clusters.Where(c => c.PreviousId < 0), c => Assert.True(c.ClusterId >= 5));
        Assert.All(clusters, c => Assert.Contains(shard.Rows<ClusterRow>(), p => p.ClusterId == c.ParentId && p.Level == 1));
    }

    [Fact]
    public void An_id_that_vanished_never_comes_back_over_a_chain_of_refits()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 15, topics: 5);
        shard.Run(Stage(suite, Options));
        var first = Keep();
        var used = shard.Rows<ClusterRow>().Select(c => c.ClusterId).ToHashSet();

        // Fewer clusters: the highest ids vanish.
        shard.Run(Stage(suite, Options with { Refit = true, Clusters = 2 }, first));
        Assert.All(shard.Rows<ClusterRow>().Where(c => c.PreviousId < 0), c => Assert.DoesNotContain(c.ClusterId, used));
        used.UnionWith(shard.Rows<ClusterRow>().Select(c => c.ClusterId));
        var second = Keep();
        shard.Run(Stage(suite, Options with { Clusters = 2 }, second));
        var frozen = Keep();

        shard.Run(Stage(suite, Options with { Refit = true, Clusters = 5 }, frozen));
        var last = shard.Rows<ClusterRow>();
        Assert.Contains(last, c => c.PreviousId < 0);
        Assert.All(last.Where(c => c.PreviousId < 0), c => Assert.DoesNotContain(c.ClusterId, used));
        Assert.Equal(last.Max(c => c.ClusterId) + 1, Assert.Single(shard.Rows<ClusteringRow>()).FreeId);
    }

    [Fact]
    public void Runs_are_clustered_as_means_of_their_turns()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 15, topics: 5);

        shard.Run(Stage(suite, Options with { Unit = ClusterUnit.Run }));

        var members = shard.Rows<ClusterMemberRow>();
        Assert.Equal(30, members.Count);
        Assert.All(members, m => Assert.Equal((m.ItemId, -1, -1), (m.AgentRunId, m.TranscriptOrdinal, m.ChunkIndex)));
        Assert.Equal(1, PartitionAgreement.AdjustedRand([.. members.Select(m => m.RunOrdinal % 5)], [.. members.Select(m => m.ClusterId)]));
    }

    [Fact]
    public void Density_puts_outliers_into_a_class_of_their_own()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 16, topics: 4);
        suite.Add(["z"], runs: 1, topics: 1, firstTopic: suite.FarFrom(4));

        shard.Run(Stage(suite, Options with { Algorithm = ClusterAlgorithm.Density }));

        Assert.Equal(4, shard.Rows<ClusterRow>().Count);
        var outliers = shard.Rows<ClusterMemberRow>().Where(m => m.ClusterId == -1).ToArray();
        Assert.Equal(outliers.Length, shard.Rows<ClusteringRow>()[0].Outliers);
        Assert.Equal(6, outliers.Count(m => m.AgentRunId == "z-00"));
        Assert.All(outliers, m => Assert.False(m.IsRepresentative));
    }

    [Theory]
    [InlineData(ClusterAlgorithm.KMeans)]
    [InlineData(ClusterAlgorithm.Density)]
    public void A_suite_without_items_and_one_with_a_single_item_are_written(ClusterAlgorithm algorithm)
    {
        var suite = new PlantedSuite(shard).Add([], runs: 0, topics: 1);
        shard.Run(Stage(suite, Options with { Algorithm = algorithm }));
        Assert.Equal((0, 0), (shard.Rows<ClusteringRow>()[0].Items, shard.Rows<ClusteringRow>()[0].Clusters));

        suite.Add(["a"], runs: 1, topics: 1);
        shard.Run(Stage(suite, Options with { Algorithm = algorithm, Unit = ClusterUnit.Run }));
        Assert.Equal("a-00", Assert.Single(shard.Rows<ClusterMemberRow>()).ItemId);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    public void With_vectors_of_another_model_the_suite_is_clustered_anew_and_ids_are_carried_over_by_members(int dimensions)
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 16, topics: 8);
        shard.Run(Stage(suite, Options with { Clusters = 8 }));
        var topicOf = Topics(suite);
        var baseline = Keep();

        // Other axes: to the centroids of before, these vectors say nothing.
        suite.Add(["c"], runs: 16, topics: 8);
        SuitePartition[] other = [.. suite.Partitions.Select(partition => partition with
        {
            Embed = shard.Given(new GivenRowsStage(
                "embed",
                GivenRowsStage.Rows(shard.Input(partition.Embed).Read<EmbeddingModelRow>().ToArray()),
                GivenRowsStage.Rows(shard.Input(partition.Embed).Read<EmbeddingRow>()
                    .Select(row => row with { Vector = row.Vector.Length == 0 ? [] : [.. row.Vector.Reverse(), .. new float[dimensions - 32]] }).ToArray()))),
        })];
        shard.Run(new ClusterStage(other, suite.Resolve, Options with { Clusters = 8 }, baseline, threads: 2));

        Assert.Contains("another model", Assert.Single(shard.Warnings), StringComparison.Ordinal);
        Assert.Null(Assert.Single(shard.Rows<ClusteringRow>()).Drift);
        Assert.Equal(topicOf, Topics(suite));
        Assert.All(shard.Rows<ClusterRow>().Where(c => c.Level == 0), c => Assert.Equal((c.ClusterId, 1.0), (c.PreviousId, c.PreviousOverlap!.Value)));
    }

    [Fact]
    public void A_refit_carries_the_ids_of_parents_over_too()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 16, topics: 8);
        shard.Run(Stage(suite, Options with { Clusters = 8 }));
        var parents = shard.Rows<ClusterRow>().ToDictionary(c => c.ClusterId, c => c.ParentId);
        Assert.True(parents.Count > 8);
        var baseline = Keep();

        shard.Run(Stage(suite, Options with { Clusters = 8, Refit = true, Seed = 9 }, baseline));

        Assert.Equal(parents, shard.Rows<ClusterRow>().ToDictionary(c => c.ClusterId, c => c.ParentId));
        Assert.All(shard.Rows<ClusterRow>(), c => Assert.Equal((c.ClusterId, 1.0), (c.PreviousId, c.PreviousOverlap!.Value)));
    }

    [Fact]
    public void Neighbours_are_the_nearest_items_outside_at_any_number_of_threads()
    {
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 15, topics: 5);
        shard.Run(Stage(suite, Options with { Outside = 7 }, threads: 1));
        var bytes = shard.Bytes<ClusterNeighbourRow>();
        var clusterOf = shard.Rows<ClusterMemberRow>().ToDictionary(m => m.ItemId, m => m.ClusterId);
        var vectors = suite.Partitions.SelectMany(partition => shard.Input(partition.Embed).Read<EmbeddingRow>()).ToDictionary(row => row.ChunkId, row => row.Vector);

        foreach (var leaf in shard.Rows<ClusterRow>().Where(c => c.Level == 0))
        {
            var expected = clusterOf.Where(pair => pair.Value != leaf.ClusterId).Select(pair => (Id: pair.Key, Distance: 1 - FixedDot.Double(vectors[pair.Key], leaf.Centroid)))
                .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Id, StringComparer.Ordinal).Take(7);
            Assert.Equal(expected.Select(pair => pair.Id), shard.Rows<ClusterNeighbourRow>().Where(row => row.ClusterId == leaf.ClusterId).Select(row => row.ItemId));
        }

        shard.Run(Stage(suite, Options with { Outside = 7 }, threads: 4));
        Assert.Equal(bytes, shard.Bytes<ClusterNeighbourRow>());
    }

    [Fact]
    public void A_baseline_of_another_kind_is_refused_with_what_to_do()
    {
        var suite = new PlantedSuite(shard).Add(["a"], runs: 15, topics: 5);
        shard.Run(Stage(suite, Options with { Unit = ClusterUnit.Run }));
        var baseline = Keep("cluster-runs");

        var error = Assert.Throws<ArtifactException>(() => shard.Run(Stage(suite, Options, baseline)));

        Assert.Contains("is a clustering of runs, this one is of chunks", error.Message, StringComparison.Ordinal);
        Assert.Contains("There is no clustering 00", Assert.Throws<ArtifactException>(() => shard.Run(Stage(suite, Options, new string('0', 64)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_the_algorithm_does_not_read_make_no_other_clustering()
    {
        var suite = new PlantedSuite(shard).Add(["a"], runs: 6, topics: 3);
        string Slice(ClusterOptions options) => Stage(suite, options).Options.ToJsonString();

        Assert.Equal(Slice(Options), Slice(Options with { LeastMembers = 99, Neighbours = 99, Refit = true, DriftLimit = 0.9 }));
        Assert.Equal(Slice(Options with { Clusters = 4 }), Slice(Options with { Clusters = 4, Least = 4, Most = 39, StabilityPairs = 7, Penalty = 0.9 }));
        var density = Options with { Algorithm = ClusterAlgorithm.Density };
        Assert.Equal(Slice(density), Slice(density with { Clusters = 4, Starts = 99, Iterations = 9 }));
        Assert.NotEqual(Slice(density), Slice(density with { Neighbours = 99 }));
        Assert.NotEqual(Slice(Options), Slice(Options with { Most = 39 }));
    }

    [Fact]
    public void Microsofts_k_means_takes_no_more_clusters_than_there_are_different_items()
    {
        float[][] vectors = [.. Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? new float[] { 1, 0 } : [0, 1])];

        var leaves = LeafClusters.Fit(VectorTable.Normalised(vectors), Options with { Algorithm = ClusterAlgorithm.MicrosoftKMeans, Clusters = 3 }, 1, CancellationToken.None);

        Assert.Equal(2, leaves.Centroids.Rows);
    }

    private static ClusterStage Stage(PlantedSuite suite, ClusterOptions options, string? baseline = null, int threads = 2)
        => new(suite.Partitions, suite.Resolve, options, baseline, threads);

    /// <summary>Makes what was just written an artifact of the stage.</summary>
    private string Keep(string stage = "cluster") => shard.Key(shard.Given(new GivenRowsStage(
        stage, GivenRowsStage.Rows(shard.Rows<ClusteringRow>()), GivenRowsStage.Rows(shard.Rows<ClusterRow>()), GivenRowsStage.Rows(shard.Rows<ClusterMemberRow>()))));

    private Dictionary<int, int> Topics(PlantedSuite suite)
        => shard.Rows<ClusterMemberRow>().GroupBy(m => m.ClusterId).ToDictionary(g => g.Key, g => Assert.Single(g.Select(m => suite.TopicOfItem[m.ItemId]).Distinct()));
}

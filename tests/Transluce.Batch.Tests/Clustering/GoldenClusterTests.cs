using System.Globalization;
using System.Text;
using Snapshooter.Xunit3;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Tests.Clustering;

public sealed class GoldenClusterTests
{
    /// <summary>Sums have one order on every processor, so every digit is compared. Where this changes on purpose, the stage's version rises.</summary>
    [Fact]
    public void Clusters_and_labels_of_a_fixed_suite_are_those_of_before()
    {
        using var shard = new SuiteShard();
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 16, topics: 8);
        shard.Run(new ClusterStage(suite.Partitions, suite.Resolve, new ClusterOptions { StabilityPairs = 2, Starts = 2, Resamples = 50 }, baseline: null, threads: 2));
        var text = new StringBuilder();
        var clustering = shard.Rows<ClusteringRow>()[0];
        text.Append(CultureInfo.InvariantCulture, $"{clustering.Clusters} clusters, inertia {clustering.Inertia:R}, silhouette {clustering.Silhouette:R}, stability {clustering.Stability:R}\n");
        foreach (var row in shard.Rows<ClusterRow>())
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.ClusterId} level {row.Level} below {row.ParentId}: {row.Items} items, {row.Runs} runs, median {row.RadiusMedian:R}, medoid {row.Medoid}, first {row.Centroid[0]:R}\n");
        }

        foreach (var row in shard.Rows<ClusterStatisticsRow>().Where(row => row.Attribute == "score"))
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.ClusterId} score {row.Value}: {row.Runs} of {row.RunsInAll}, lift {row.Lift:R} ({row.LiftLow:R} to {row.LiftHigh:R})\n");
        }

        var cluster = shard.Given(new GivenRowsStage("cluster", GivenRowsStage.Rows(shard.Rows<ClusterRow>()), GivenRowsStage.Rows(shard.Rows<ClusterMemberRow>()), GivenRowsStage.Rows(shard.Rows<ClusterNeighbourRow>())));
        shard.Run(new LabelStage(suite.Partitions, suite.Resolve, cluster, new LabelOptions()));
        foreach (var row in shard.Rows<ClusterLabelRow>())
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.ClusterId} {row.Name}: {row.Description.ReplaceLineEndings(" ")}\n");
        }

        Snapshot.Match(text.ToString(), "Clusters_golden");
    }
}

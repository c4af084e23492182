using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Folds clusters that the chat model takes for one: their members counted together, the shares of the whole computed as those of a cluster are.</summary>
internal static class MergedClusters
{
    /// <param name="shard">Of a stage that writes both tables.</param>
    /// <param name="clusters">All of them.</param>
    /// <param name="labels">Say what is folded into what.</param>
    /// <param name="clustering">Row of the clustering; draws are those of its own shares.</param>
    /// <param name="picked">Runs that count.</param>
    public static void Write(ShardContext shard, IReadOnlyList<LabelledCluster> clusters, IEnumerable<ClusterLabelRow> labels, ClusteringRow clustering, IEnumerable<PickedRun> picked)
    {
        var byId = clusters.ToDictionary(cluster => cluster.Row.ClusterId);
        var folded = labels.Where(label => label.MergedInto >= 0).GroupBy(label => label.MergedInto, label => label.ClusterId).OrderBy(group => group.Key).ToArray();
        if (folded.Length == 0)
        {
            return;
        }

        using var parameters = JsonDocument.Parse(clustering.ParametersJson);
        var shares = new ClusterShares(picked, parameters.RootElement.GetProperty("resamples").GetInt32(), parameters.RootElement.GetProperty("seed").GetInt32());
        foreach (var group in folded)
        {
            int[] parts = [.. group.Append(group.Key).Order()];
            string[] runs = [.. parts.SelectMany(part => byId[part].Members).Select(member => member.AgentRunId)];
            shard.Table<MergedClusterRow>().Write(new MergedClusterRow(group.Key, parts, runs.Length, runs.Distinct(StringComparer.Ordinal).Count()));
            foreach (var row in shares.Of(group.Key, runs))
            {
                shard.Table<MergedClusterStatisticsRow>().Write(new MergedClusterStatisticsRow(row));
            }
        }
    }
}

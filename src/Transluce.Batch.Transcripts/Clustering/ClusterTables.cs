using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Rows of clusters and members, in the order of their tables.</summary>
internal static class ClusterTables
{
    public static IEnumerable<ClusterRow> Clusters(ClusterItems items, IReadOnlyList<ClusterNode> nodes, ItemPlaces places)
        => nodes.OrderBy(node => node.Id).Select(node =>
        {
            double[] distances = node.Level == 0
                ? [.. node.Members.Select(row => places.Distances[row])]
                : [.. node.Members.Select(row => ItemPlaces.Distance(items.Vectors[row], node.Centroid))];
            var medoid = node.Members.Select((row, i) => (Distance: distances[i], items.Items[row].ItemId))
                .OrderBy(member => member.Distance).ThenBy(member => member.ItemId, StringComparer.Ordinal)
                .FirstOrDefault().ItemId;
            Array.Sort(distances);
            return new ClusterRow(
                node.Id,
                node.Level,
                node.ParentId,
                node.Members.Length,
                node.Members.Select(row => items.Items[row].AgentRunId).Distinct(StringComparer.Ordinal).Count(),
                node.Centroid,
                Quantile(distances, 0.5),
                Quantile(distances, 0.95),
                medoid ?? "",
                node.PreviousId,
                node.PreviousOverlap);
        });

    /// <summary>Outliers first (cluster -1), then each leaf's members, nearest first. The nearest of each of a few different runs are representatives.</summary>
    public static IEnumerable<ClusterMemberRow> Members(ClusterItems items, IReadOnlyList<ClusterNode> nodes, LeafClusters leaves, ItemPlaces places, int representatives)
    {
        int[] outliers = [.. Enumerable.Range(0, items.Items.Count).Where(row => leaves.Assignment[row] < 0)];
        return nodes.Where(node => node.Level == 0).OrderBy(node => node.Id)
            .Select(node => (node.Id, node.Members, representatives))
            .Prepend((-1, outliers, 0))
            .SelectMany(cluster => Members(items, cluster.Item1, cluster.Item2, places, cluster.Item3));
    }

    private static IEnumerable<ClusterMemberRow> Members(ClusterItems items, int cluster, int[] rows, ItemPlaces places, int representatives)
    {
        var shown = new HashSet<string>(StringComparer.Ordinal);
        return rows.OrderBy(row => places.Distances[row]).ThenBy(row => items.Items[row].ItemId, StringComparer.Ordinal).Select((row, rank) =>
        {
            var item = items.Items[row];
            var representative = shown.Count < representatives && shown.Add(item.AgentRunId);
            return new ClusterMemberRow(
                cluster, rank, item.ItemId, item.AgentRunId, item.Partition, item.RunOrdinal, item.TranscriptOrdinal, item.ChunkIndex,
                places.Distances[row], places.Margins[row], representative);
        });
    }

    private static double Quantile(double[] sorted, double level) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(level * sorted.Length))];
}

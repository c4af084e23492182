using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>An earlier clustering whose ids persist.</summary>
internal sealed class ClusterBaseline
{
    // A cluster that shares less with an earlier one is another cluster.
    private const double LeastShared = 0.25;

    private readonly Dictionary<string, int> placeOfItem = new(StringComparer.Ordinal);
    private readonly double[] memberCounts;
    private readonly double far;

    private ClusterBaseline(string key, ClusteringRow clustering, IReadOnlyList<ClusterRow> clusters, IEnumerable<ClusterMemberRow> members)
    {
        Key = key;
        Clustering = clustering;
        Leaves = [.. clusters.Where(row => row.Level == 0)];
        Parents = [.. clusters.Where(row => row.Level > 0)];
        var places = Leaves.Select((row, place) => (row.ClusterId, place)).ToDictionary(pair => pair.ClusterId, pair => pair.place);
        memberCounts = new double[Leaves.Count];
        var distances = new List<double>();
        foreach (var member in members)
        {
            // Outliers are remembered as such.
            placeOfItem[member.ItemId] = places.GetValueOrDefault(member.ClusterId, -1);
            if (places.TryGetValue(member.ClusterId, out var place))
            {
                memberCounts[place]++;
                distances.Add(member.Distance);
            }
        }

        far = Quantile(distances, 0.99);
    }

    public string Key { get; }

    public ClusteringRow Clustering { get; }

    public IReadOnlyList<ClusterRow> Leaves { get; }

    public IReadOnlyList<ClusterRow> Parents { get; }

    /// <summary>Neither the baseline nor any behind it has a cluster of this id or a higher one; so an id never comes to mean something else.</summary>
    public int FreeId => Clustering.FreeId;

    /// <exception cref="ArtifactException">There is no such clustering, or it clusters other things.</exception>
    public static ClusterBaseline Load(IObjectStore store, string stage, string key, string unit, int dimensions)
    {
        var reader = new ArtifactReader(store, stage, key);
        var baseline = new ClusterBaseline(key, reader.Read<ClusteringRow>().Single(), [.. reader.Read<ClusterRow>()], reader.Read<ClusterMemberRow>());
        if (baseline.Clustering.Unit != unit)
        {
            throw new ArtifactException($"The baseline clustering {key} clusters '{baseline.Clustering.Unit}', this one '{unit}'; name a baseline of the same unit, or none.");
        }

        if (baseline.Leaves.Count > 0 && baseline.Leaves[0].Centroid.Length != dimensions)
        {
            throw new ArtifactException(
                $"The baseline clustering {key} has vectors of {baseline.Leaves[0].Centroid.Length} numbers, this suite has {dimensions}; embed with the provider of the baseline, or set baseline to none.");
        }

        return baseline;
    }

    /// <summary>Items it knows keep their cluster; others go to the nearest frozen centroid, or to none where the baseline has outliers and they lie further out than its clusters reach.</summary>
    /// <returns>The clusters, and the share of new items that lie further out than 99 % of the old ones did; null where none is new.</returns>
    public (LeafClusters Clusters, double? Drift) Assign(ClusterItems items, int threads)
    {
        var centroids = new VectorTable([.. Leaves.SelectMany(row => row.Centroid)], items.Vectors.Dimensions);
        if (Leaves.Count == 0)
        {
            return (new LeafClusters([.. items.Items.Select(_ => -1)], centroids, null), items.Items.Count > 0 ? 1 : null);
        }

        var (assignment, _) = KMeans.Assign(items.Vectors, centroids, threads);
        var (fresh, outside) = (0, 0);
        for (var row = 0; row < assignment.Length; row++)
        {
            if (placeOfItem.TryGetValue(items.Items[row].ItemId, out var place))
            {
                assignment[row] = place;
                continue;
            }

            var distance = 1 - FixedDot.Double(items.Vectors[row], centroids[assignment[row]]);
            fresh++;
            outside += distance > far ? 1 : 0;
            assignment[row] = Clustering.Algorithm == "density" && distance > Leaves[assignment[row]].Radius95 ? -1 : assignment[row];
        }

        return (new LeafClusters(assignment, centroids, Clustering.Stability), fresh == 0 ? null : (double)outside / fresh);
    }

    /// <summary>Matches clusters one to one with those of the baseline so that the members shared are the most possible (the Hungarian method).</summary>
    /// <returns>For each cluster the place of its match among the leaves, or -1, and the share of that leaf's members found again.</returns>
    public (int Place, double? Overlap)[] Match(ClusterItems items, LeafClusters clusters)
    {
        var shared = Shared(items, clusters);
        var matches = OneToOneMatching.Match(shared);
        return [.. matches.Select((place, cluster) => place >= 0 && shared[cluster, place] >= LeastShared * memberCounts[place]
            ? (place, (double?)(shared[cluster, place] / memberCounts[place]))
            : (-1, null))];
    }

    /// <summary>The share of each leaf's members that are still items.</summary>
    public double?[] Remaining(ClusterItems items)
    {
        var found = new double[Leaves.Count];
        foreach (var item in items.Items)
        {
            if (placeOfItem.TryGetValue(item.ItemId, out var place) && place >= 0)
            {
                found[place]++;
            }
        }

        return [.. found.Select((count, place) => memberCounts[place] == 0 ? null : (double?)(count / memberCounts[place]))];
    }

    private double[,] Shared(ClusterItems items, LeafClusters clusters)
    {
        var shared = new double[clusters.Centroids.Rows, Leaves.Count];
        for (var row = 0; row < items.Items.Count; row++)
        {
            if (clusters.Assignment[row] >= 0 && placeOfItem.TryGetValue(items.Items[row].ItemId, out var place) && place >= 0)
            {
                shared[clusters.Assignment[row], place]++;
            }
        }

        return shared;
    }

    private static double Quantile(List<double> values, double level)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[Math.Min(values.Count - 1, (int)(level * values.Count))];
    }
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>An earlier clustering whose ids persist.</summary>
internal sealed class ClusterBaseline
{
    // A cluster that shares less with an earlier one is another cluster.
    private const double LeastShared = 0.25;

    private readonly Dictionary<string, int> placeOfItem = new(StringComparer.Ordinal);
    private readonly double[] memberCounts;
    private readonly int[][] ancestors;
    private readonly double far;

    private ClusterBaseline(string key, ClusteringRow clustering, IReadOnlyList<ClusterRow> clusters, IEnumerable<ClusterMemberRow> members)
    {
        Key = key;
        Clustering = clustering;
        Leaves = [.. clusters.Where(row => row.Level == 0)];
        Parents = [.. clusters.Where(row => row.Level > 0)];
        var places = Leaves.Select((row, place) => (row.ClusterId, place)).ToDictionary(pair => pair.ClusterId, pair => pair.place);
        memberCounts = new double[Leaves.Count];
        ancestors = [.. Leaves.Select(leaf => Path(leaf, Parents))];
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
    public static ClusterBaseline Load(IObjectStore store, string stage, string key)
    {
        Require(store, stage, key);
        var reader = new ArtifactReader(store, stage, key);
        return new ClusterBaseline(key, reader.Read<ClusteringRow>().Single(), [.. reader.Read<ClusterRow>()], reader.Read<ClusterMemberRow>());
    }

    /// <exception cref="ArtifactException">There is no such clustering, or it clusters other things.</exception>
    public static void Require(IObjectStore store, string stage, string key)
    {
        if (Manifest.Exists(store, stage, key))
        {
            return;
        }

        var other = stage == ClusterStage.OfChunks ? ClusterStage.OfRuns : ClusterStage.OfChunks;
        throw new ArtifactException(Manifest.Exists(store, other, key)
            ? $"The baseline {key} is a clustering of {Unit(other)}, this one is of {Unit(stage)}; name a baseline of the same unit, or none."
            : $"There is no clustering {key} in '{store.Location}'; expected the key of a complete '{stage}' artifact, as 'artifacts list' shows it, or none.");

        static string Unit(string name) => name == ClusterStage.OfRuns ? "runs" : "chunks";
    }

    /// <summary>Items it knows keep their cluster; others go to the nearest frozen centroid, or to none where the baseline has outliers and they lie further out than its clusters reach.</summary>
    /// <returns>The clusters, how many items were known, and the share of new items that lie further out than 99 % of the old ones did; null where none is new.</returns>
    public (LeafClusters Clusters, int Known, double? Drift) Assign(ClusterItems items, int threads)
    {
        var centroids = new VectorTable([.. Leaves.SelectMany(row => row.Centroid)], Leaves.Count > 0 ? Leaves[0].Centroid.Length : 1);
        if (Leaves.Count == 0 || items.Items.Count == 0)
        {
            return (new LeafClusters([.. items.Items.Select(_ => -1)], centroids, null), 0, items.Items.Count > 0 ? 1 : null);
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

        return (new LeafClusters(assignment, centroids, Clustering.Stability), assignment.Length - fresh, fresh == 0 ? null : (double)outside / fresh);
    }

    /// <summary>
    /// Matches clusters of one level one to one with the baseline's of that level so that the members shared are the most possible (the
    /// Hungarian method). Members are known by their ids, so the vectors may be another model's.
    /// </summary>
    /// <param name="items">Items of now.</param>
    /// <param name="members">Rows of each cluster's items.</param>
    /// <param name="level">0 for leaves.</param>
    /// <returns>For each cluster the id of its match, or -1, and the share of that cluster's members found again.</returns>
    public (int Id, double? Overlap)[] Match(ClusterItems items, IReadOnlyList<int[]> members, int level)
    {
        int[] earlier = [.. (level == 0 ? Leaves : Parents.Where(row => row.Level == level)).Select(row => row.ClusterId)];
        var (places, counts) = AtLevel(earlier);
        var shared = new double[members.Count, earlier.Length];
        for (var cluster = 0; cluster < members.Count; cluster++)
        {
            foreach (var row in members[cluster])
            {
                if (placeOfItem.TryGetValue(items.Items[row].ItemId, out var leaf) && leaf >= 0 && places[leaf] >= 0)
                {
                    shared[cluster, places[leaf]]++;
                }
            }
        }

        return [.. OneToOneMatching.Match(shared).Select((place, cluster) => place >= 0 && shared[cluster, place] >= LeastShared * counts[place]
            ? (earlier[place], (double?)(shared[cluster, place] / counts[place]))
            : (-1, null))];
    }

    /// <summary>The share of each cluster's members that are still items, by cluster id; null where it had none.</summary>
    public IReadOnlyDictionary<int, double?> Remaining(ClusterItems items)
    {
        var found = new double[Leaves.Count];
        foreach (var item in items.Items)
        {
            if (placeOfItem.TryGetValue(item.ItemId, out var place) && place >= 0)
            {
                found[place]++;
            }
        }

        var remaining = new Dictionary<int, double?>();
        foreach (var row in Leaves.Concat(Parents))
        {
            int[] below = [.. Enumerable.Range(0, Leaves.Count).Where(leaf => ancestors[leaf].Contains(row.ClusterId))];
            var before = below.Sum(leaf => memberCounts[leaf]);
            remaining[row.ClusterId] = before == 0 ? null : below.Sum(leaf => found[leaf]) / before;
        }

        return remaining;
    }

    /// <summary>For each leaf the place of the cluster it is or lies below, or -1; and the members of each cluster.</summary>
    private (int[] Places, double[] Counts) AtLevel(int[] clusters)
    {
        int[] places = [.. ancestors.Select(path => Array.FindIndex(clusters, id => path.Contains(id)))];
        var counts = new double[clusters.Length];
        for (var leaf = 0; leaf < places.Length; leaf++)
        {
            if (places[leaf] >= 0)
            {
                counts[places[leaf]] += memberCounts[leaf];
            }
        }

        return (places, counts);
    }

    /// <summary>Ids of a leaf and of all above it.</summary>
    private static int[] Path(ClusterRow leaf, IReadOnlyList<ClusterRow> parents)
    {
        var path = new List<int>();
        for (var row = leaf; row is not null; row = parents.FirstOrDefault(parent => parent.ClusterId == row.ParentId && parent.Level > row.Level))
        {
            path.Add(row.ClusterId);
        }

        return [.. path];
    }

    private static double Quantile(List<double> values, double level)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[Math.Min(values.Count - 1, (int)(level * values.Count))];
    }
}

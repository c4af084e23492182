using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Groups what the agents of a suite did: clusters, their tree, members, shares, and a map.</summary>
/// <param name="partitions">The suite's logs.</param>
/// <param name="resolve">Says which runs count.</param>
/// <param name="options">What is clustered and how.</param>
/// <param name="baseline">Key of an earlier artifact of this stage whose ids persist, or null for none.</param>
/// <param name="threads">Threads to use; no row depends on it.</param>
public sealed class ClusterStage(IReadOnlyList<SuitePartition> partitions, Stage resolve, ClusterOptions options, string? baseline, int threads) : Stage
{
    private readonly IReadOnlyList<SuitePartition> ordered = SuitePartition.InOrder(partitions);

    /// <summary>Its name where chunks are clustered.</summary>
    public const string OfChunks = "cluster";

    /// <summary>Its name where runs are.</summary>
    public const string OfRuns = "cluster-runs";

    public override string Name => NameOf(options.Unit);

    public override int Version => 4;

    public override IReadOnlyList<Type> Tables => [typeof(ClusteringRow), typeof(ClusterRow), typeof(ClusterMemberRow), typeof(ClusterNeighbourRow), typeof(ClusterStatisticsRow), typeof(ProjectionRow)];

    public override IReadOnlyList<StageInput> Inputs
        => [new(resolve), .. ordered.SelectMany(partition => new StageInput[] { new(partition.Ingest), new(partition.Chunk), new(partition.Embed) })];

    public override JsonObject Options
    {
        get
        {
            var slice = options.ToJson(withBaseline: baseline is not null);
            slice["baseline"] = baseline ?? "none";
            return slice;
        }
    }

    /// <summary>Only Microsoft.ML's sums depend on the processor: ours are in one order everywhere.</summary>
    public override JsonObject? Numerics => options.Algorithm == ClusterAlgorithm.MicrosoftKMeans
        ? new JsonObject { ["vectors"] = System.Runtime.Intrinsics.X86.Avx.IsSupported ? "avx" : "sse", ["microsoft-ml"] = typeof(Microsoft.ML.MLContext).Assembly.GetName().Version?.ToString() }
        : null;

    public override int ShardCount => 1;

    public override bool UsesAllCores => true;

    public override StageEstimate Estimate() => SuiteEstimate.Of(ordered.Select(partition => partition.Chunk), 100, 150);

    /// <summary>Whether an artifact can be the baseline of a stage with this unit.</summary>
    /// <exception cref="ArtifactException">There is no such clustering, or it clusters other things.</exception>
    public static void RequireBaseline(IObjectStore store, ClusterUnit unit, string key) => ClusterBaseline.Require(store, NameOf(unit), key);

    private static string NameOf(ClusterUnit unit) => unit == ClusterUnit.Chunk ? OfChunks : OfRuns;

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var picked = PickedRun.Read(shard, resolve, ordered);
        var items = new ItemReader(shard, ordered).Read(picked, options.Unit, cancellationToken);
        shard.Count("items", items.Items.Count);
        var earlier = baseline is null ? null : ClusterBaseline.Load(shard.Input(resolve).Store, Name, baseline);
        var (leaves, nodes, drift) = Cluster(shard, items, earlier, cancellationToken);

        cancellationToken.ThrowIfCancellationRequested();
        var places = ItemPlaces.Of(items.Vectors, leaves, threads);
        shard.Table<ClusteringRow>().Write(Clustering(shard, items, leaves, places, drift, Math.Max(earlier?.FreeId ?? 0, nodes.Select(node => node.Id).DefaultIfEmpty(-1).Max() + 1)));
        foreach (var row in ClusterTables.Clusters(items, nodes, places))
        {
            shard.Table<ClusterRow>().Write(row);
        }

        foreach (var row in ClusterTables.Members(items, nodes, leaves, places, options.Representatives))
        {
            shard.Table<ClusterMemberRow>().Write(row);
        }

        foreach (var row in ClusterNeighbours.Of(items, nodes, options.Outside, threads))
        {
            shard.Table<ClusterNeighbourRow>().Write(row);
        }

        WriteShares(shard, items, nodes, picked.Values);
        WriteMap(shard, items);
    }

    private (LeafClusters Leaves, IReadOnlyList<ClusterNode> Nodes, double? Drift) Cluster(ShardContext shard, ClusterItems items, ClusterBaseline? earlier, CancellationToken cancellationToken)
    {
        double? drift = null;
        if (earlier is not null && earlier.Clustering.VectorSpace != Space(shard) && items.Items.Count > 0)
        {
            shard.Count("refits", 1);
            shard.Warn("The baseline's vectors come from another model (or another fit of it), so distances to its centroids mean nothing and the suite is clustered anew; ids are carried over by shared members.");
        }
        else if (earlier is not null)
        {
            (var frozen, var known, drift) = earlier.Assign(items, threads);
            if (!options.Refit && !(drift > options.DriftLimit))
            {
                shard.Count("items kept in their clusters", known);
                shard.Count("items assigned", items.Items.Count - known);
                return (frozen, ClusterNode.Frozen(items, frozen, earlier), drift);
            }

            shard.Count("refits", 1);
            if (!options.Refit)
            {
                shard.Warn(FormattableString.Invariant(
                    $"{drift:0%} of the new items lie further out than 99 % of the baseline's (limit {options.DriftLimit:0%}), so the suite is clustered anew; ids are carried over by shared members."));
            }
        }

        var leaves = LeafClusters.Fit(items.Vectors, options, threads, cancellationToken);
        return (leaves, ClusterNode.Anew(items, leaves, earlier), drift);
    }

    private ClusteringRow Clustering(ShardContext shard, ClusterItems items, LeafClusters leaves, ItemPlaces places, double? drift, int freeId)
    {
        var outliers = leaves.Assignment.Count(cluster => cluster < 0);

        // Squared distance of vectors of length one is twice 1 - cosine.
        var inertia = FixedBlocks.Sum(items.Items.Count, threads, row => leaves.Assignment[row] < 0 ? 0 : 2 * places.Distances[row]);
        return new ClusteringRow(
            ClusteringId(shard), options.UnitName, ModelRevision(shard), options.AlgorithmName, Options.ToJsonString(), options.Seed, leaves.Iterations, leaves.Centroids.Rows, items.Items.Count, inertia,
            Silhouette.Of(items.Vectors, leaves.Assignment, options.Seed, threads), leaves.Stability, outliers, baseline, drift, freeId, Space(shard));
    }

    /// <summary>One for all logs: they are embedded by one model.</summary>
    private string ModelRevision(ShardContext shard) => ordered.Count == 0 ? "" : shard.Input(ordered[0].Embed).Read<EmbeddingModelRow>().Single().Revision;

    /// <summary>As for the revision; a suite without logs has no vectors, so that any space will do.</summary>
    private string Space(ShardContext shard) => ordered.Count == 0 ? "" : VectorSpace.Of(shard.Input(ordered[0].Embed).Manifest);

    private string ClusteringId(ShardContext shard)
        => CanonicalJson.Hash(new JsonObject
        {
            ["version"] = Version,
            ["options"] = Options,
            ["inputs"] = new JsonArray([.. Inputs.Select(input => JsonValue.Create(shard.Input(input.Stage).Key))]),
        })[..32];

    private void WriteShares(ShardContext shard, ClusterItems items, IReadOnlyList<ClusterNode> nodes, IEnumerable<PickedRun> picked)
    {
        var shares = new ClusterShares(picked, options.Resamples, options.Seed);
        foreach (var row in nodes.OrderBy(node => node.Id).SelectMany(node => shares.Of(node.Id, node.Members.Select(member => items.Items[member].AgentRunId))))
        {
            shard.Table<ClusterStatisticsRow>().Write(row);
        }
    }

    private void WriteMap(ShardContext shard, ClusterItems items)
    {
        if (items.Items.Count == 0)
        {
            return;
        }

        var places = PlaneProjection.Of(items.Vectors, options.Seed, threads);
        foreach (var (item, place) in items.Items.Zip(places))
        {
            shard.Table<ProjectionRow>().Write(new ProjectionRow(item.Partition, item.RunOrdinal, item.TranscriptOrdinal, item.ChunkIndex, item.ItemId, place.X, place.Y));
        }
    }
}

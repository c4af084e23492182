namespace Transluce.Batch.Artifacts;

/// <summary>One clustering of a suite.</summary>
/// <param name="ClusteringId">Hash of its recipe.</param>
/// <param name="Unit">What is clustered: <c>chunk</c> or <c>run</c>.</param>
/// <param name="ModelRevision">Revision of the vectors clustered, as in <c>embedding_models</c>.</param>
/// <param name="Algorithm"><c>kmeans</c>, <c>mlnet-kmeans</c> or <c>density</c>.</param>
/// <param name="ParametersJson">All settings, as JSON text.</param>
/// <param name="Seed">Of every draw.</param>
/// <param name="Iterations">Of the start of k-means that counts; null where the clusters are a baseline's or another algorithm's.</param>
/// <param name="Clusters">Leaves.</param>
/// <param name="Items">Items clustered.</param>
/// <param name="Inertia">Sum of squared distances to the centroids.</param>
/// <param name="Silhouette">Mean over a sample of items.</param>
/// <param name="Stability">Mean adjusted Rand index over seeds and subsamples at the number of clusters chosen.</param>
/// <param name="Outliers">Items in no cluster.</param>
/// <param name="Baseline">The clustering ids are carried over from, or null.</param>
/// <param name="Drift">Share of the items new to the baseline that lie further from their centroid than its 99th percentile, or null.</param>
/// <param name="FreeId">Neither this clustering nor any baseline behind it has a cluster of this id or a higher one.</param>
/// <param name="VectorSpace">Hash of what makes the vectors comparable: provider, version, settings, files, fitted model. Distances to these centroids mean something for vectors of the same space only.</param>
[Table("clusterings", 3)]
public sealed record ClusteringRow(
    [property: Key] string ClusteringId,
    string Unit,
    string ModelRevision,
    string Algorithm,
    string ParametersJson,
    int Seed,
    int? Iterations,
    int Clusters,
    int Items,
    double Inertia,
    double? Silhouette,
    double? Stability,
    int Outliers,
    string? Baseline,
    double? Drift,
    int FreeId,
    string VectorSpace);

/// <summary>A cluster, leaf or parent.</summary>
/// <param name="ClusterId">Number that persists from clustering to clustering.</param>
/// <param name="Level">0 for a leaf.</param>
/// <param name="ParentId">The cluster above, or -1.</param>
/// <param name="Items">Members.</param>
/// <param name="Runs">Distinct runs among them.</param>
/// <param name="Centroid">Of length one.</param>
/// <param name="RadiusMedian">Median distance of members, 1 - cosine.</param>
/// <param name="Radius95">95th percentile.</param>
/// <param name="Medoid">The member nearest to the centroid: a chunk id, or an agent run id.</param>
/// <param name="PreviousId">The cluster of the baseline it was matched to, or -1.</param>
/// <param name="PreviousOverlap">Share of that cluster's members found again.</param>
[Table("clusters", 1)]
public sealed record ClusterRow(
    [property: Key] int ClusterId,
    int Level,
    int ParentId,
    int Items,
    int Runs,
    float[] Centroid,
    double RadiusMedian,
    double Radius95,
    string Medoid,
    int PreviousId,
    double? PreviousOverlap);

/// <summary>One item's place in a clustering.</summary>
/// <param name="ClusterId">The leaf, or -1 for an outlier.</param>
/// <param name="Rank">0 is nearest to the centroid.</param>
/// <param name="ItemId">A chunk id or an agent run id.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="Partition">The partition of the item.</param>
/// <param name="RunOrdinal">The run within its log.</param>
/// <param name="TranscriptOrdinal">The transcript, -1 for a run.</param>
/// <param name="ChunkIndex">The chunk, -1 for a run.</param>
/// <param name="Distance">1 - cosine to the centroid.</param>
/// <param name="Margin">Distance to the nearest other centroid less this one.</param>
/// <param name="IsRepresentative">Whether it is shown for the cluster.</param>
[Table("cluster_members", 1)]
public sealed record ClusterMemberRow(
    [property: Key] int ClusterId,
    [property: Key] int Rank,
    string ItemId,
    string AgentRunId,
    int Partition,
    int RunOrdinal,
    int TranscriptOrdinal,
    int ChunkIndex,
    double Distance,
    double Margin,
    bool IsRepresentative);

/// <summary>One of the items outside a leaf that lie nearest to its centroid.</summary>
/// <param name="ClusterId">The leaf.</param>
/// <param name="Rank">0 is nearest.</param>
/// <param name="ItemId">A chunk id or an agent run id; its own cluster stands in <c>cluster_members</c>.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="Distance">1 - cosine to the leaf's centroid.</param>
[Table("cluster_neighbours", 1)]
public sealed record ClusterNeighbourRow(
    [property: Key] int ClusterId,
    [property: Key] int Rank,
    string ItemId,
    string AgentRunId,
    double Distance);

/// <summary>How a cluster is shared out over the values of one attribute of its runs.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Attribute"><c>limit</c> (the type of the limit that ended the run), <c>model</c>, <c>score</c> or <c>task</c>.</param>
/// <param name="Value">Its value: <c>none</c> for a run without a limit or a score; of more than five different scores the third.</param>
/// <param name="Items">Items of the cluster from runs with this value.</param>
/// <param name="Runs">Runs with this value that have an item in the cluster.</param>
/// <param name="RunsInAll">Runs with this value.</param>
/// <param name="Share">Runs ÷ runs in all.</param>
/// <param name="Lift">Share ÷ the share over all runs.</param>
/// <param name="LiftLow">2.5 % bound, bootstrap by sample.</param>
/// <param name="LiftHigh">97.5 % bound.</param>
/// <param name="MeanScore">Mean primary score of those of <paramref name="Runs"/> that have one, or null.</param>
[Table("cluster_stats", 2)]
public sealed record ClusterStatisticsRow(
    [property: Key] int ClusterId,
    [property: Key] string Attribute,
    [property: Key] string Value,
    int Items,
    int Runs,
    int RunsInAll,
    double Share,
    double? Lift,
    double? LiftLow,
    double? LiftHigh,
    double? MeanScore);

/// <summary>An item's place on the map.</summary>
/// <param name="Partition">The partition of the item.</param>
/// <param name="RunOrdinal">The run within its log.</param>
/// <param name="TranscriptOrdinal">The transcript, -1 for a run.</param>
/// <param name="ChunkIndex">The chunk, -1 for a run.</param>
/// <param name="ItemId">A chunk id or an agent run id.</param>
/// <param name="X">First principal component.</param>
/// <param name="Y">Second principal component.</param>
[Table("projections", 1)]
public sealed record ProjectionRow(
    [property: Key] int Partition,
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    [property: Key] int ChunkIndex,
    string ItemId,
    float X,
    float Y);

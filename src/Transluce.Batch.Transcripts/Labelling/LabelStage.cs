using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Says what each cluster is about, with citations that are checked against the transcripts.</summary>
/// <param name="partitions">The suite's logs.</param>
/// <param name="resolve">Says which runs count.</param>
/// <param name="cluster">Writes the clusters.</param>
/// <param name="options">How they are named.</param>
public sealed class LabelStage(IReadOnlyList<SuitePartition> partitions, Stage resolve, Stage cluster, LabelOptions options) : Stage
{
    private readonly IReadOnlyList<SuitePartition> ordered = SuitePartition.InOrder(partitions);

    // Named after what is clustered: labels of runs and of turns may lie in one store.
    public override string Name => cluster.Name == "cluster" ? "label" : "label-runs";

    public override int Version => 3;

    public override IReadOnlyList<Type> Tables => [typeof(ClusterLabelRow), typeof(MemberCheckRow), typeof(CitationRow), typeof(MergedClusterRow), typeof(MergedClusterStatisticsRow)];

    public override IReadOnlyList<StageInput> Inputs
        => [new(resolve), new(cluster), .. ordered.SelectMany(partition => new StageInput[] { new(partition.Ingest), new(partition.Chunk) })];

    public override JsonObject Options
    {
        get
        {
            var slice = options.ToJson();
            slice["rendering"] = BlockRendering.Version;
            return slice;
        }
    }

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => SuiteEstimate.Of(ordered.Select(partition => partition.Chunk), 30, 1_500);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var texts = new ClusterTexts(shard, ordered, cancellationToken);
        var clusters = ClusterReader.Read(shard.Input(cluster), texts, options.Keywords);
        using var model = options.Chat is null ? null : new ChatModel(options.Chat, shard.Cache);
        var namer = model is null ? null : new ChatLabels(options, model);
        ClusterMemberRow[] shown = [.. clusters.SelectMany(c => c.Typical(options.Cited)).Concat(namer?.Shown(clusters) ?? []).DistinctBy(member => member.ItemId)];
        var chunks = texts.Chunks(shown).ToDictionary(pair => pair.Member.ItemId, pair => pair.Chunks, StringComparer.Ordinal);
        var blocks = CitedBlocks.Read(shard, ordered, shown.SelectMany(member => chunks.GetValueOrDefault(member.ItemId, []).Select(chunk => new BlockRange(member.Partition, chunk.RunOrdinal, chunk.TranscriptOrdinal, chunk.StartBlock, chunk.EndBlock))));

        var plain = new KeywordLabels(options, blocks, chunks);
        List<ClusterLabelRow> labels = [.. clusters.Select(plain.Of)];
        if (namer is not null)
        {
            var (named, checks) = namer.Label(clusters, new ClusterPrompt(blocks, chunks), cancellationToken);
            labels.AddRange(named);
            foreach (var check in checks)
            {
                shard.Table<MemberCheckRow>().Write(check);
            }

            MergedClusters.Write(shard, clusters, named, shard.Input(cluster).Read<ClusteringRow>().Single(), PickedRun.Read(shard, resolve, ordered).Values);
        }

        Write(shard, labels, blocks);
    }

    private static void Write(ShardContext shard, List<ClusterLabelRow> labels, CitedBlocks blocks)
    {
        var citations = new List<CitationRow>();
        foreach (var label in labels.OrderBy(label => label.ClusterId).ThenBy(label => label.Method, StringComparer.Ordinal))
        {
            shard.Table<ClusterLabelRow>().Write(label);
            shard.Count(label.FailureReason is null ? "labels" : "labels that failed", 1);
            citations.AddRange(CitationCheck.Check("cluster_label", FormattableString.Invariant($"{label.ClusterId}/{label.Method}"), label.Description, label.CitedRuns, blocks));
        }

        foreach (var citation in citations.OrderBy(citation => citation.OwnerId, StringComparer.Ordinal).ThenBy(citation => citation.CitationIndex))
        {
            shard.Table<CitationRow>().Write(citation);
            shard.Count(citation.Valid ? "citations" : "citations that do not hold", 1);
        }
    }
}

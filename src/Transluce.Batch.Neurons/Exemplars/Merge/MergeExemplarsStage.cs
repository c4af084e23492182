using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Merges the shards of collect-exemplars exactly, one layer a shard, into the tables that everything later reads.</summary>
public sealed class MergeExemplarsStage(CollectExemplarsStage collect, LlamaConfig config, ExemplarOptions options) : Stage
{
    // One neuron's exemplars come in one read of under a megabyte (k = 100, three splits), and the footer of a layer of 14,336 neurons stays under one too.
    private const int NeuronsPerRowGroup = 16;
    private const int StatisticsNeuronsPerRowGroup = 256;

    private static readonly Split[] Splits = Enum.GetValues<Split>();

    private readonly bool removeRepeats = options.RemoveRepeats && options.Mode == RankingMode.Default;

    public override string Name => "merge-exemplars";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ExemplarRow), typeof(NeuronStatisticsRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(collect, IgnoresSharding: true)];

    public override JsonObject Options => new()
    {
        ["k"] = options.K,
        ["tracedRanks"] = options.TracedRanks,
        ["removeRepeats"] = removeRepeats,
        ["quantiles"] = new JsonArray([.. options.Quantiles.Select(level => (JsonNode)level)]),
    };

    public override int ShardCount => config.Layers;

    public override StageEstimate Estimate()
    {
        var collected = collect.Estimate();
        return new StageEstimate(0, collected.Bytes / Math.Max(1, options.Shards), collected.Seconds);
    }

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var layer = shard.Shard;
        var input = shard.Input(collect);
        MergeCandidates(layer, input, shard, cancellationToken);
        MergeStatistics(layer, input, shard, cancellationToken);
    }

    private static KeyRange Only(int layer) => new(nameof(ExemplarCandidateRow.Layer), layer, layer);

    private void MergeCandidates(int layer, ArtifactReader input, ShardContext shard, CancellationToken cancellationToken)
    {
        using var parts = new ShardCursors<ExemplarCandidateRow>(input, collect.ShardCount, Only(layer));
        var table = shard.Table<ExemplarRow>();
        for (var neuron = 0; neuron < config.IntermediateSize; neuron++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var polarity in (int[])[-1, 1])
            {
                foreach (var split in Splits)
                {
                    var candidates = parts.Take((int)split * options.Shards, options.Shards, row => row.Neuron == neuron && row.Polarity == polarity);
                    foreach (var row in CandidateMerge.Merge(candidates, options.K, options.TracedRanks, removeRepeats))
                    {
                        table.Write(row);
                    }
                }
            }

            if ((neuron + 1) % NeuronsPerRowGroup == 0)
            {
                table.EndRowGroup();
                shard.Progress(neuron + 1, config.IntermediateSize, "neurons");
            }
        }

        shard.Count("exemplars", table.RowCount);
    }

    private void MergeStatistics(int layer, ArtifactReader input, ShardContext shard, CancellationToken cancellationToken)
    {
        using var parts = new ShardCursors<CollectedStatisticsRow>(input, collect.ShardCount, Only(layer));
        var rows = new List<NeuronStatisticsRow>(config.IntermediateSize * Splits.Length);
        for (var neuron = 0; neuron < config.IntermediateSize; neuron++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var split in Splits)
            {
                var statistics = new NeuronStatistics(layer, neuron, split);
                foreach (var row in parts.Take((int)split * options.Shards, options.Shards, row => row.Neuron == neuron))
                {
                    statistics.Add(row);
                }

                rows.Add(statistics.ToRow(options.Quantiles));
            }
        }

        var table = shard.Table<NeuronStatisticsRow>();
        foreach (var row in DeadRule.Apply(rows))
        {
            table.Write(row);
            shard.Count($"deadNeurons{row.Split}", row.Dead ? 1 : 0);
            shard.Count("activationsNotFinite", row.NotFiniteCount);
            if (row.Split == Splits[^1] && (row.Neuron + 1) % StatisticsNeuronsPerRowGroup == 0)
            {
                table.EndRowGroup();
            }
        }
    }
}

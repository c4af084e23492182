using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Pipeline;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Runs the control pools through the model once and keeps the residual stream where each layer group but the first begins.</summary>
public sealed class PoolResidualsStage(SubjectModel model, Stage sequences, ExemplarOptions options, SplitSizes controls, int sequenceLength, int layersPerGroup) : Stage
{
    private static readonly Split[] Splits = Enum.GetValues<Split>();

    private readonly RankingRules rules = RankingRules.From(options, model.SpecialIds);
    private readonly IReadOnlyList<LayerGroup> groups = LayerGroup.Cut(model.Config.Layers, layersPerGroup);

    public override string Name => "pool-residuals";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ResidualRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(sequences, IgnoresSharding: true)];

    public override JsonObject Options => new()
    {
        ["layersPerGroup"] = layersPerGroup,
        ["batchSize"] = options.BatchSize,
        ["blocks"] = options.Blocks,
        ["rules"] = rules.ToJson(),
    };

    public override IReadOnlyDictionary<string, string> Fingerprints => model.Fingerprints;

    public override JsonObject? Numerics => (JsonObject)model.Numerics.DeepClone();

    public override int ShardCount => options.Shards * Splits.Length;

    public override bool UsesAllCores => true;

    public override StageEstimate Estimate()
    {
        var tokens = (long)(controls.Train + controls.Valid + controls.Test) * sequenceLength;
        var share = groups.Count == 1 ? 0 : groups[^1].FirstLayer / (double)model.Config.Layers;
        return new StageEstimate((long)(tokens * share), tokens * model.Config.HiddenSize * model.ValueBytes * (groups.Count - 1), 0);
    }

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var split = Splits[shard.Shard / options.Shards];
        var pool = new PoolLayout(shard.Input(sequences).Read<SequenceRow>(), split, rules);
        var (first, end) = new BlockGrid(pool.WindowCount, options.BatchSize, options.Blocks).SequencesOf(shard.Shard % options.Shards, options.Shards);
        using var spill = new ResidualSpill(shard.ScratchFolder, groups.Skip(1));
        var writesPrefixes = shard.Shard % options.Shards == 0 && pool.Prefixes.Count > 0;
        if (groups.Count > 1 && (end > first || writesPrefixes))
        {
            using var llama = model.Load(0, groups[^1].FirstLayer);
            if (writesPrefixes)
            {
                for (var kind = pool.Prefixes.Count - 1; kind >= 0; kind--)
                {
                    RunPrefix(llama, pool.Prefixes[kind], PoolLayout.RankOfPrefix(kind), spill);
                }
            }

            RunWindows(llama, pool, first, end, spill, shard, cancellationToken);
        }

        foreach (var row in spill.Read(split))
        {
            shard.Table<ResidualRow>().Write(row);
        }
    }

    private void RunWindows(Llama llama, PoolLayout pool, int first, int end, ResidualSpill spill, ShardContext shard, CancellationToken cancellationToken)
    {
        var prefixes = new Dictionary<int, PrefixCache>();
        var done = 0L;
        var total = pool.Batches(options.BatchSize, first, end).Sum(batch => (long)batch.Tokens);
        foreach (var batch in pool.Batches(options.BatchSize, first, end))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var kind = pool.KindOf(batch.Prefix);
            if (kind >= 0 && !prefixes.ContainsKey(kind))
            {
                prefixes.Add(kind, llama.ComputePrefix(batch.Prefix));
            }

            var hidden = llama.Embed(tensor(batch.PaddedIds(), [batch.Sequences.Count, batch.Length], ScalarType.Int64, llama.Device));
            foreach (var group in groups.Take(groups.Count - 1))
            {
                hidden = llama.RunLayers(hidden, group.FirstLayer, group.LayerCount, kind < 0 ? null : prefixes[kind]);
                for (var row = 0; row < batch.Sequences.Count; row++)
                {
                    var sequence = batch.Sequences[row];
                    spill.Add(group.Index + 1, sequence.ControlRank, hidden[row].narrow(0, 0, sequence.TokenIds.Length - batch.Prefix.Length));
                }
            }

            done += batch.Tokens;
            shard.Progress(done, total, "tokens");
        }

        shard.Count("tokens", done);
        foreach (var prefix in prefixes.Values)
        {
            prefix.Dispose();
        }
    }

    private void RunPrefix(Llama llama, int[] ids, int rank, ResidualSpill spill)
    {
        using var scope = NewDisposeScope();
        var hidden = llama.Embed(tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Length], ScalarType.Int64, llama.Device));
        foreach (var group in groups.Take(groups.Count - 1))
        {
            hidden = llama.RunLayers(hidden, group.FirstLayer, group.LayerCount);
            spill.Add(group.Index + 1, rank, hidden[0]);
        }
    }
}

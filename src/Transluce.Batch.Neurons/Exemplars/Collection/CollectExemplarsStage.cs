using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// Runs the windows of each split through the model once and keeps, for every neuron of every layer, the best windows in both polarities and
/// its statistics. A shard takes a run of blocks of one split.
/// </summary>
public sealed class CollectExemplarsStage(SubjectModel model, Stage sequences, ExemplarOptions options, SplitSizes sizes, int sequenceLength) : Stage
{
    private static readonly Split[] Splits = Enum.GetValues<Split>();

    private readonly RankingRules rules = RankingRules.From(options, model.SpecialIds);

    public override string Name => "collect-exemplars";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ExemplarCandidateRow), typeof(CollectedStatisticsRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(sequences, IgnoresSharding: true)];

    public override JsonObject Options => new()
    {
        ["k"] = options.K,
        ["tracedRanks"] = options.TracedRanks,
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
        var neurons = (long)model.Config.Layers * model.Config.IntermediateSize;
        var trace = Math.Min(options.TracedRanks, options.K) * sequenceLength * 2L;
        var bytes = ShardCount * neurons * ((2 * (trace + (options.K * 24L))) + 1024);
        return new StageEstimate((long)(sizes.Train + sizes.Valid + sizes.Test) * sequenceLength, bytes, neurons * ShardCount * options.K * 2e-6);
    }

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var split = Splits[shard.Shard / options.Shards];
        var part = shard.Shard % options.Shards;
        var input = shard.Input(sequences);
        var census = SplitCensus.Take(input.Read<SequenceRow>(), split, rules);
        var grid = new BlockGrid(census.Sequences, options.BatchSize, options.Blocks);
        var (firstBlock, endBlock) = grid.BlocksOf(part, options.Shards);
        var (first, end) = grid.SequencesOf(part, options.Shards);
        if ((long)(end - first) * census.LongestTrace > int.MaxValue)
        {
            throw new ArtifactException(
                $"A shard of split {split} has {end - first} windows of up to {census.LongestTrace} tokens, more than {int.MaxValue} tokens, which its counters hold at most; raise exemplars.shards above {options.Shards}.");
        }

        var shape = new CollectorShape(
            model.Config.Layers,
            model.Config.IntermediateSize,
            options.K,
            options.TracedRanks,
            census.LongestTrace,
            endBlock - firstBlock,
            rules.RemoveRepeats,
            model.Threads);
        var collector = new ExemplarCollector(shape, split, firstBlock);
        if (end > first)
        {
            var windows = input.Read<SequenceRow>(new KeyRange(nameof(SequenceRow.SequenceId), first, end - 1)).Where(sequence => sequence.Split == split);
            using var pass = new CollectionPass(model, rules, collector);
            pass.Run(windows, grid, firstBlock, endBlock, shard, cancellationToken);
        }

        foreach (var row in collector.Candidates())
        {
            shard.Table<ExemplarCandidateRow>().Write(row);
        }

        foreach (var row in collector.Statistics())
        {
            shard.Table<CollectedStatisticsRow>().Write(row);
        }
    }
}

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>Scores every candidate description and every pattern on valid and test windows, one layer group a shard; the true activations of the controls are computed anew and not kept.</summary>
public sealed class ScoreStage(LayerGroupInputs inputs, Stage explanations) : Stage
{
    private static readonly Split[] Splits = Enum.GetValues<Split>();

    public override string Name => "score";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ScoreRow)];

    public override IReadOnlyList<StageInput> Inputs => [.. inputs.Stages, new(explanations)];

    public override JsonObject Options => inputs.With(new()
    {
        ["exemplars"] = inputs.Scoring.Exemplars,
        ["controls"] = inputs.Scoring.Controls,
        ["bootstrapResamples"] = inputs.Scoring.BootstrapResamples,
        ["seed"] = inputs.Scoring.Seed,
    });

    public override IReadOnlyDictionary<string, string> Fingerprints => inputs.Model.Fingerprints;

    public override JsonObject? Numerics => (JsonObject)inputs.Model.Numerics.DeepClone();

    public override int ShardCount => inputs.Groups.Count;

    public override bool UsesAllCores => true;

    // About 600 polarities a second on two cores, and 16 rows of a few bytes each.
    public override StageEstimate Estimate() => new(
        (long)(inputs.Controls.Train + inputs.Controls.Valid + inputs.Controls.Test) * inputs.SequenceLength, inputs.Polarities * 700, inputs.Polarities / 300.0 / inputs.Model.Threads);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var group = inputs.Groups[shard.Shard];
        var features = TokenFeaturesStage.Read(shard.Input(inputs.TokenFeatures));
        var vocabulary = TokenVocabulary.Of(inputs.Tokenizer());
        PoolActivations[] pools = new PoolActivations[Splits.Length];
        try
        {
            foreach (var split in Splits)
            {
                pools[(int)split] = inputs.Open(shard, group, split);
            }

            SplitWindows[] windows = [.. Splits.Select(split => inputs.Windows(shard, split))];
            var work = new LayerGroupScoring(inputs.Model.Threads, pools, windows, features, inputs.Scoring);
            var clock = new System.Diagnostics.Stopwatch();
            for (var layer = group.FirstLayer; layer < group.FirstLayer + group.LayerCount; layer++)
            {
                foreach (var pool in pools)
                {
                    pool.NextLayer(cancellationToken);
                }

                clock.Start();
                var only = new KeyRange("layer", layer, layer);
                var descriptions = new LayerDescriptions(shard.Input(explanations).Read<ExplanationRow>(only), vocabulary, inputs.Model.Config.IntermediateSize, layer, inputs.Scoring.Seed);
                work.Score(shard, layer, group, descriptions, shard.Input(explanations).Read<PatternRow>(only), shard.Input(inputs.Exemplars), cancellationToken);
                clock.Stop();
            }

            shard.Count("tokens", pools.Sum(pool => (long)pool.Rows) * group.LayerCount / inputs.Model.Config.Layers);
            shard.Measure("scoreSeconds", clock.Elapsed.TotalSeconds);
        }
        finally
        {
            foreach (var pool in pools)
            {
                pool?.Dispose();
            }
        }
    }
}

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>Scores every candidate description and every pattern on valid and test windows, one layer group a shard; the true activations of the controls are computed anew and not kept.</summary>
public sealed class ScoreStage(
    SubjectModel model,
    Func<ModelTokenizer> tokenizer,
    Stage sequences,
    Stage exemplars,
    Stage residuals,
    Stage tokenFeatures,
    Stage explanations,
    ExemplarOptions collection,
    ScoringOptions options,
    SplitSizes controls,
    int sequenceLength,
    int layersPerGroup) : Stage
{
    private static readonly Split[] Splits = Enum.GetValues<Split>();

    private readonly IReadOnlyList<LayerGroup> groups = LayerGroup.Cut(model.Config.Layers, layersPerGroup);
    private readonly RankingRules rules = RankingRules.From(collection, model.SpecialIds);

    public override string Name => "score";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ScoreRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(sequences, true), new(exemplars), new(residuals, true), new(tokenFeatures), new(explanations)];

    public override JsonObject Options => new()
    {
        ["exemplars"] = options.Exemplars,
        ["controls"] = options.Controls,
        ["bootstrapResamples"] = options.BootstrapResamples,
        ["seed"] = options.Seed,
        ["layersPerGroup"] = layersPerGroup,
        ["batchSize"] = collection.BatchSize,
        ["rules"] = rules.ToJson(),
    };

    public override IReadOnlyDictionary<string, string> Fingerprints => model.Fingerprints;

    public override JsonObject? Numerics => (JsonObject)model.Numerics.DeepClone();

    public override int ShardCount => groups.Count;

    public override bool UsesAllCores => true;

    public override StageEstimate Estimate()
    {
        var polarities = 2L * model.Config.Layers * model.Config.IntermediateSize;
        // About 600 polarities a second on two cores, and 16 rows of a few bytes each.
        return new StageEstimate((long)(controls.Train + controls.Valid + controls.Test) * sequenceLength, polarities * 700, polarities / 300.0 / model.Threads);
    }

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var group = groups[shard.Shard];
        var features = TokenFeaturesStage.Read(shard.Input(tokenFeatures));
        var vocabulary = TokenVocabulary.Of(tokenizer());
        PoolActivations[] pools = new PoolActivations[Splits.Length];
        try
        {
            foreach (var split in Splits)
            {
                pools[(int)split] = Open(shard, group, split);
            }

            SplitWindows[] windows = [.. Splits.Select(split => new SplitWindows(shard.Input(sequences).Read<SequenceRow>(), split, rules))];
            var work = new LayerGroupScoring(model.Threads, pools, windows, features, options);
            var clock = new System.Diagnostics.Stopwatch();
            for (var layer = group.FirstLayer; layer < group.FirstLayer + group.LayerCount; layer++)
            {
                foreach (var pool in pools)
                {
                    pool.NextLayer(cancellationToken);
                }

                clock.Start();
                var only = new KeyRange("layer", layer, layer);
                var descriptions = new LayerDescriptions(shard.Input(explanations).Read<ExplanationRow>(only), vocabulary, model.Config.IntermediateSize, layer, options.Seed);
                work.Score(shard, layer, group, descriptions, shard.Input(explanations).Read<PatternRow>(only), shard.Input(exemplars), cancellationToken);
                clock.Stop();
            }

            shard.Count("tokens", pools.Sum(pool => (long)pool.Rows) * group.LayerCount / model.Config.Layers);
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

    private PoolActivations Open(ShardContext shard, LayerGroup group, Split split) => PoolActivations.Open(
        model, group, shard.Input(sequences).Read<SequenceRow>(), shard.Input(residuals).Read<ResidualRow>(new KeyRange("layer", group.FirstLayer, group.FirstLayer)), split, rules, collection.BatchSize);
}

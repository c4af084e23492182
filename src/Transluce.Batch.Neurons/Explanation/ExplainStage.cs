using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Scoring;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Learns pattern and descriptions of every polarity from the train control pool and the train exemplars, one layer group a shard.</summary>
public sealed class ExplainStage(
    SubjectModel model,
    Func<ModelTokenizer> tokenizer,
    Stage sequences,
    Stage exemplars,
    Stage residuals,
    Stage tokenFeatures,
    ExemplarOptions collection,
    ExplanationOptions options,
    ScoringOptions scoring,
    SplitSizes controls,
    int sequenceLength) : Stage
{
    private readonly IReadOnlyList<LayerGroup> groups = LayerGroup.Cut(model.Config.Layers, options.LayersPerGroup);
    private readonly RankingRules rules = RankingRules.From(collection, model.SpecialIds);

    public override string Name => "explain";

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(PatternRow), typeof(ExplanationRow), typeof(ExplainerChoiceRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(sequences, true), new(exemplars), new(residuals, true), new(tokenFeatures)];

    public override JsonObject Options => new()
    {
        ["layersPerGroup"] = options.LayersPerGroup,
        ["patternEntries"] = options.PatternEntries,
        ["descriptionCharacters"] = options.DescriptionCharacters,
        ["descriptionEntries"] = options.DescriptionEntries,
        ["batchSize"] = collection.BatchSize,
        ["rules"] = rules.ToJson(),
        ["choice"] = new JsonObject { ["exemplars"] = scoring.Exemplars, ["controls"] = scoring.Controls, ["seed"] = scoring.Seed },
    };

    public override IReadOnlyDictionary<string, string> Fingerprints => model.Fingerprints;

    public override JsonObject? Numerics => (JsonObject)model.Numerics.DeepClone();

    public override int ShardCount => groups.Count;

    public override bool UsesAllCores => true;

    public override StageEstimate Estimate()
    {
        var polarities = 2L * model.Config.Layers * model.Config.IntermediateSize;
        // About 280 polarities a second on two cores, and 6 kB a polarity.
        return new StageEstimate((long)(controls.Train + controls.Valid) * sequenceLength, polarities * 6_000, polarities / 140.0 / model.Threads);
    }

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var group = groups[shard.Shard];
        var features = TokenFeaturesStage.Read(shard.Input(tokenFeatures));
        var vocabulary = TokenVocabulary.Of(tokenizer());
        using var train = Open(shard, group, Split.Train);
        using var valid = Open(shard, group, Split.Valid);
        using var work = new LayerGroupExplanation(model, train, valid, features, vocabulary, options, scoring)
        {
            TrainWindows = new SplitWindows(shard.Input(sequences).Read<SequenceRow>(), Split.Train, rules),
            ValidWindows = new SplitWindows(shard.Input(sequences).Read<SequenceRow>(), Split.Valid, rules),
            Exemplars = (layer, range) => shard.Input(exemplars).Read<ExemplarRow>([new KeyRange("layer", layer, layer), .. range]),
        };
        var clock = new System.Diagnostics.Stopwatch();
        for (var layer = group.FirstLayer; layer < group.FirstLayer + group.LayerCount; layer++)
        {
            train.NextLayer(cancellationToken);
            valid.NextLayer(cancellationToken);
            clock.Start();
            work.Explain(shard, layer, group, cancellationToken);
            clock.Stop();
        }

        shard.Count("tokens", (long)(train.Rows + valid.Rows) * group.LayerCount / model.Config.Layers);
        shard.Measure("explainSeconds", clock.Elapsed.TotalSeconds);
    }

    private PoolActivations Open(ShardContext shard, LayerGroup group, Split split) => PoolActivations.Open(
        model, group, shard.Input(sequences).Read<SequenceRow>(), shard.Input(residuals).Read<ResidualRow>(new KeyRange("layer", group.FirstLayer, group.FirstLayer)), split, rules, collection.BatchSize);
}

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Learns pattern and descriptions of every polarity from the train control pool and the train exemplars, one layer group a shard.</summary>
public sealed class ExplainStage(LayerGroupInputs inputs, ExplanationOptions options) : Stage
{
    public override string Name => "explain";

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(PatternRow), typeof(ExplanationRow), typeof(ExplainerChoiceRow)];

    public override IReadOnlyList<StageInput> Inputs => inputs.Stages;

    public override JsonObject Options => inputs.With(new()
    {
        ["patternEntries"] = options.PatternEntries,
        ["descriptionCharacters"] = options.DescriptionCharacters,
        ["descriptionEntries"] = options.DescriptionEntries,
        ["choice"] = new JsonObject { ["exemplars"] = inputs.Scoring.Exemplars, ["controls"] = inputs.Scoring.Controls, ["seed"] = inputs.Scoring.Seed },
    });

    public override IReadOnlyDictionary<string, string> Fingerprints => inputs.Model.Fingerprints;

    public override JsonObject? Numerics => (JsonObject)inputs.Model.Numerics.DeepClone();

    public override int ShardCount => inputs.Groups.Count;

    public override bool UsesAllCores => true;

    // About 280 polarities a second on two cores, and 6 kB a polarity.
    public override StageEstimate Estimate() => new(
        (long)(inputs.Controls.Train + inputs.Controls.Valid) * inputs.SequenceLength, inputs.Polarities * 6_000, inputs.Polarities / 140.0 / inputs.Model.Threads);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var group = inputs.Groups[shard.Shard];
        var features = TokenFeaturesStage.Read(shard.Input(inputs.TokenFeatures));
        var vocabulary = TokenVocabulary.Of(inputs.Tokenizer());
        using var train = inputs.Open(shard, group, Split.Train);
        using var valid = inputs.Open(shard, group, Split.Valid);
        using var work = new LayerGroupExplanation(inputs.Model, train, valid, features, vocabulary, options, inputs.Scoring)
        {
            TrainWindows = inputs.Windows(shard, Split.Train),
            ValidWindows = inputs.Windows(shard, Split.Valid),
            Exemplars = (layer, range) => shard.Input(inputs.Exemplars).Read<ExemplarRow>([new KeyRange("layer", layer, layer), .. range]),
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

        shard.Count("tokens", (long)(train.Rows + valid.Rows) * group.LayerCount / inputs.Model.Config.Layers);
        shard.Measure("explainSeconds", clock.Elapsed.TotalSeconds);
    }
}

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>What explain and score have in common: they take a layer group a shard and run its layers over the control pools.</summary>
/// <param name="Model">The subject model.</param>
/// <param name="Tokenizer">Loads its tokenizer.</param>
/// <param name="Sequences">Stage that made the windows.</param>
/// <param name="Exemplars">Stage that merged the exemplars.</param>
/// <param name="Residuals">Stage that kept the pools' residual streams.</param>
/// <param name="TokenFeatures">Stage that computed the tokens' features.</param>
/// <param name="Collection">Rules of ranking, batch size.</param>
/// <param name="Scoring">How descriptions and patterns are scored.</param>
/// <param name="Controls">Sizes of the pools.</param>
/// <param name="SequenceLength">Tokens per window.</param>
/// <param name="LayersPerGroup">Layers per shard.</param>
public sealed record LayerGroupInputs(
    SubjectModel Model,
    Func<ModelTokenizer> Tokenizer,
    Stage Sequences,
    Stage Exemplars,
    Stage Residuals,
    Stage TokenFeatures,
    ExemplarOptions Collection,
    ScoringOptions Scoring,
    SplitSizes Controls,
    int SequenceLength,
    int LayersPerGroup)
{
    /// <summary>One per shard.</summary>
    internal IReadOnlyList<LayerGroup> Groups { get; } = LayerGroup.Cut(Model.Config.Layers, LayersPerGroup);

    /// <summary>Which positions count.</summary>
    internal RankingRules Rules { get; } = RankingRules.From(Collection, Model.SpecialIds);

    /// <summary>Polarities of the whole model.</summary>
    internal long Polarities => 2L * Model.Config.Layers * Model.Config.IntermediateSize;

    /// <summary>Stages every shard reads.</summary>
    internal IReadOnlyList<StageInput> Stages => [new(Sequences, true), new(Exemplars), new(Residuals, true), new(TokenFeatures)];

    /// <summary>The options behind the pools, as part of a stage's own.</summary>
    internal JsonObject With(JsonObject own)
    {
        own["layersPerGroup"] = LayersPerGroup;
        own["batchSize"] = Collection.BatchSize;
        own["rules"] = Rules.ToJson();
        return own;
    }

    /// <summary>The control pool of a split at the group's first layer.</summary>
    internal PoolActivations Open(ShardContext shard, LayerGroup group, Split split) => PoolActivations.Open(
        Model, group, shard.Input(Sequences).Read<SequenceRow>(), shard.Input(Residuals).Read<ResidualRow>(new KeyRange("layer", group.FirstLayer, group.FirstLayer)), split, Rules, Collection.BatchSize);

    /// <summary>All windows of a split.</summary>
    internal Scoring.SplitWindows Windows(ShardContext shard, Split split) => new(shard.Input(Sequences).Read<SequenceRow>(), split, Rules);
}

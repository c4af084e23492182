using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Neurons.Scoring;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>The job that labels neurons, as a table of its stages.</summary>
internal static class NeuronLabelling
{
    public const string Name = "neuron-labelling";

    /// <param name="config">Resolved: nothing is 'auto'.</param>
    /// <param name="model">The subject model.</param>
    /// <param name="sources">The corpus files.</param>
    /// <param name="files">The corpus files with their hashes.</param>
    /// <param name="tokenizerSha256">Of the tokenizer; null where a plan holds it already.</param>
    public static IReadOnlyList<Stage> Stages(
        NeuronLabellingConfig config, SubjectModel model, IReadOnlyList<ResolvedSource> sources, IReadOnlyDictionary<string, HashedFile> files, string? tokenizerSha256)
    {
        var (corpus, exemplars, explanation) = (config.Corpus, config.Exemplars, config.Explanation);
        var chat = new JsonObject { ["format"] = config.Model.ChatFormat?.ToString(), ["date"] = config.Model.ChatDate };

        var tokenize = new TokenizeCorpusStage(corpus, sources, () => Tokenizer(config.Model), chat, files, tokenizerSha256);
        var collect = new CollectExemplarsStage(model, tokenize, exemplars, corpus.Sequences, corpus.SequenceLength);
        var merge = new MergeExemplarsStage(collect, model.Config, exemplars);
        var residuals = new PoolResidualsStage(model, tokenize, exemplars, corpus.Controls, corpus.SequenceLength, explanation.LayersPerGroup);
        var features = new TokenFeaturesStage(model, tokenize, exemplars);
        var pools = new LayerGroupInputs(
            model, () => Tokenizer(config.Model), tokenize, merge, residuals, features, exemplars, config.Scoring, corpus.Controls, corpus.SequenceLength, explanation.LayersPerGroup);
        var explain = new ExplainStage(pools, explanation);
        var score = new ScoreStage(pools, explain);
        var select = new SelectStage(explain, score, merge);
        return [tokenize, collect, merge, residuals, features, explain, score, select];
    }

    public static ModelTokenizer Tokenizer(ModelOptions model) => ModelTokenizer.Load(model.Path, model.ChatFormat, model.ChatDate);
}

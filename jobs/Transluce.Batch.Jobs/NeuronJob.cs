using System.Globalization;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>The neuron-labelling job, ready to run.</summary>
internal sealed class NeuronJob : PreparedJob
{
    private readonly SubjectModel model;

    private readonly NeuronLabellingConfig config;

    private NeuronJob(NeuronLabellingConfig config, SubjectModel model, IReadOnlyList<Stage> stages)
        : base(NeuronLabelling.Name, stages)
    {
        (this.config, this.model) = (config, model);
    }

    public override string Store => config.Store;

    public override int Parallelism => config.Execution.Parallelism;

    public override JsonObject Config => ConfigurationReader.ToJson(config);

    public override string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{InertText.Of(Path.GetFileName(config.Model.Path))}, {model.Config.Layers} layers of {model.Config.IntermediateSize} neurons, {config.Model.Dtype.ToString().ToLowerInvariant()} on {config.Model.Device} with {config.Model.Threads} threads");

    /// <summary>Reads a YAML file and decides what it leaves open.</summary>
    /// <exception cref="ConfigurationException">Something in the file is wrong, or does not fit this machine or the model.</exception>
    public static new NeuronJob Read(string yamlFile)
    {
        var file = ConfigurationReader.Read<NeuronLabellingConfig>(yamlFile);
        var folder = Path.GetDirectoryName(Path.GetFullPath(yamlFile))!;
        var options = Blame(file, "model.path", () => SubjectModelResolution.Resolve(file.Value.Model, folder));
        var sources = Blame(file, "corpus.sources", () => ResolvedSource.Resolve(file.Value.Corpus.Sources, folder));
        var config = file.Value with
        {
            Model = options,
            Corpus = file.Value.Corpus with
            {
                Sources = [.. file.Value.Corpus.Sources.Zip(sources, (source, resolved) => source with { Name = resolved.Name, Path = Path.GetFullPath(source.Path, folder) })],
            },
        };
        var tokenizer = Blame(file, "model.path", () => NeuronLabelling.Tokenizer(options));
        var model = Blame(file, "model.path", () => SubjectModelResolution.Open(options, tokenizer, ModelFingerprint.Compute(options.Path, TimeProvider.System)));
        RequireWindows(file, model.Config, tokenizer);
        var files = ResolvedSource.Hash(sources, TimeProvider.System);
        return new NeuronJob(config, model, NeuronLabelling.Stages(config, model, sources, files, TokenizerFingerprint.Compute(options.Path)));
    }

    /// <summary>The stages of a plan made before, perhaps elsewhere: nothing is decided again, and files are hashed when they have been read.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The stage that is to run: only the first one needs the corpus.</param>
    public static new NeuronJob OfPlan(RunPlan plan, string stage)
    {
        var config = ConfigurationReader.Bind<NeuronLabellingConfig>(plan.Config, ArtifactPaths.Plan(plan.RunId));
        var sources = stage == StageNames.Tokenize
            ? ResolvedSource.Resolve(config.Corpus.Sources, "/")
            : [.. config.Corpus.Sources.Select(source => new ResolvedSource(source.Name!, source.Format, source.Weight, []))];
        var fingerprints = plan[stage].Recipe.Fingerprints;
        var files = stage == StageNames.Tokenize ? ResolvedSource.Planned(sources, fingerprints) : new Dictionary<string, HashedFile>();
        var model = SubjectModelResolution.OpenPlanned(config.Model, NeuronLabelling.Tokenizer(config.Model), fingerprints);
        return new NeuronJob(config, model, NeuronLabelling.Stages(config, model, sources, files, tokenizerSha256: null));
    }

    public override double TokensPerSecond() => SubjectModelResolution.TokensPerSecond(model);

    public override IEnumerable<Finding> Check() => [RunChecks.Corpus(config.Corpus), RunChecks.Memory(config.Model)];

    private static void RequireWindows(ConfigurationFile<NeuronLabellingConfig> file, LlamaConfig model, ModelTokenizer tokenizer)
    {
        var corpus = file.Value.Corpus;
        if (corpus.SequenceLength > model.MaximumPositions)
        {
            throw file.Refuse("corpus.sequenceLength", $"{corpus.SequenceLength} tokens are more than the model's {model.MaximumPositions} positions");
        }

        var prefix = corpus.Prefix switch
        {
            WindowPrefix.Chat when tokenizer.ChatFormat is null => throw file.Refuse("corpus.prefix", "the model has no chat format; expected 'bos' or 'none', or a model.chatFormat"),
            WindowPrefix.Chat => tokenizer.ChatPrefix().Length,
            WindowPrefix.Bos => 1,
            _ => 0,
        };
        if (prefix >= corpus.SequenceLength)
        {
            throw file.Refuse("corpus.sequenceLength", $"the prefix alone has {prefix} tokens; expected more than that, or another corpus.prefix");
        }
    }

    /// <summary>Lets an error point to the line of the key that led to it.</summary>
    private static T Blame<T>(ConfigurationFile<NeuronLabellingConfig> file, string key, Func<T> resolve)
    {
        try
        {
            return resolve();
        }
        catch (ArtifactException exception)
        {
            throw file.Refuse(key, exception.Message);
        }
    }
}

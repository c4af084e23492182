using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>The tables of one finished run, and the tokenizer to show them with.</summary>
internal sealed class RunTables
{
    private readonly IObjectStore store;
    private readonly Lazy<ModelTokenizer> tokenizer;

    private RunTables(IObjectStore store, RunPlan plan)
    {
        this.store = store;
        Plan = plan;
        Config = ConfigurationReader.Bind<NeuronLabellingConfig>(plan.Config, $"{store.Location}/{ArtifactPaths.Plan(plan.RunId)}");
        tokenizer = new(() => NeuronLabelling.Tokenizer(Config.Model));
    }

    public RunPlan Plan { get; }

    public NeuronLabellingConfig Config { get; }

    /// <param name="store">The store.</param>
    /// <param name="runId">A run, or null for the latest whose descriptions are complete.</param>
    public static RunTables Open(IObjectStore store, string? runId)
    {
        if (runId is not null)
        {
            return new RunTables(store, RunPlan.Load(store, runId));
        }

        var runs = store.List("runs").Where(path => path.EndsWith("/plan.json", StringComparison.Ordinal)).Select(path => path.Split('/')[1]).Reverse().ToArray();
        var plan = runs.Select(id => RunPlan.Load(store, id)).FirstOrDefault(plan => plan.Stages.Any(stage => stage.Stage == StageNames.Select && Manifest.Exists(store, stage.Stage, stage.Key)));
        return plan is not null
            ? new RunTables(store, plan)
            : throw new ArtifactException($"No run in '{store.Location}' is complete ({runs.Length} were started); 'transluce-batch run CONFIG' starts one or goes on with it.");
    }

    public ArtifactReader Of(string stage) => new(store, stage, Plan[stage].Key);

    /// <summary>Such as "the model has 6 layers of 512 neurons".</summary>
    public string ModelSize()
    {
        var model = LlamaConfig.Load(Config.Model.Path);
        return $"the model has {model.Layers} layers of {model.IntermediateSize} neurons, both counted from 0";
    }

    /// <summary>The first exemplars of one polarity, with their windows.</summary>
    public IReadOnlyList<ShownExemplar> Exemplars(int layer, int neuron, int polarity, Split split, int count)
    {
        KeyRange[] key = [new("layer", layer, layer), new("neuron", neuron, neuron), new("polarity", polarity, polarity), new("rank", 0, count - 1)];
        return [.. Of(StageNames.MergeExemplars).Read<ExemplarRow>(key).Where(row => row.Split == split).OrderBy(row => row.Rank).Select(Show)];
    }

    private ShownExemplar Show(ExemplarRow row)
    {
        var window = Of(StageNames.Tokenize).Read<SequenceRow>(new KeyRange("sequence_id", row.SequenceId, row.SequenceId)).FirstOrDefault(sequence => sequence.Split == row.Split)
            ?? throw new ArtifactException($"Sequence {row.SequenceId} of {row.Split}, an exemplar of layer {row.Layer}, neuron {row.Neuron}, is not in the sequences table; run 'transluce-batch artifacts verify'.");
        var activations = new float[window.TokenIds.Length];
        for (var i = 0; i < row.Activations.Length && row.TraceStart + i < activations.Length; i++)
        {
            activations[row.TraceStart + i] = Math.Max(0, row.Polarity * row.Activations[i]);
        }

        if (row.PeakPosition < activations.Length)
        {
            // Beyond the traced ranks the peak is all that is known.
            activations[row.PeakPosition] = Math.Max(activations[row.PeakPosition], Math.Abs(row.Activation));
        }

        return new ShownExemplar(row, window.Source, tokenizer.Value.TokenTexts(window.TokenIds), activations, row.PeakPosition < window.PrefixLength ? 0 : window.PrefixLength);
    }
}

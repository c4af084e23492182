using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>A job ready to plan and run: its configuration with nothing left to decide, and its stages.</summary>
internal abstract class PreparedJob
{
    private readonly string name;

    protected PreparedJob(string name, IReadOnlyList<Stage> stages)
    {
        this.name = name;
        Graph = new PipelineGraph(stages);
    }

    /// <summary>Every default filled in, every 'auto' decided, every path absolute but the store's.</summary>
    public abstract JsonObject Config { get; }

    /// <summary>Folder of the artifact store.</summary>
    public abstract string Store { get; }

    /// <summary>Shards at a time of stages that leave cores free; 0 takes the number of cores.</summary>
    public abstract int Parallelism { get; }

    /// <summary>One line that says what was decided.</summary>
    public abstract string Summary { get; }

    public PipelineGraph Graph { get; }

    /// <summary>Reads a YAML file and decides what it leaves open.</summary>
    /// <exception cref="ConfigurationException">Something in the file is wrong, or does not fit this machine or the input.</exception>
    public static PreparedJob Read(string yamlFile) =>
        ConfigurationReader.Text(yamlFile, "job") == EvalReprocessing.Name ? TranscriptJob.Read(yamlFile) : NeuronJob.Read(yamlFile);

    /// <summary>The stages of a plan made before, perhaps elsewhere: nothing is decided again and no file is hashed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The stage that is to run: only the first one needs the input files.</param>
    public static PreparedJob OfPlan(RunPlan plan, string stage) => plan.Job == EvalReprocessing.Name ? TranscriptJob.OfPlan(plan) : NeuronJob.OfPlan(plan, stage);

    public RunPlan Plan(TimeProvider clock) => RunPlan.Create(name, Config, Graph, clock);

    /// <summary>Roughly how many tokens a second go through the whole model on this machine; 0 where no model is run.</summary>
    public abstract double TokensPerSecond();

    /// <summary>What a person should know at the end of a run and no stage can tell.</summary>
    public virtual IEnumerable<string> Remarks(IObjectStore store, RunPlan plan) => [];

    /// <summary>What <c>doctor</c> says of the job's input and needs.</summary>
    public abstract IEnumerable<Finding> Check();
}

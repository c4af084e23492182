using System.Text.Json.Nodes;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>A job ready to plan and run: its configuration with nothing left to decide, and its stages.</summary>
internal sealed class PreparedJob
{
    private PreparedJob(NeuronLabellingConfig config)
    {
        Config = config;
        Graph = new PipelineGraph([]);
    }

    public NeuronLabellingConfig Config { get; }

    public PipelineGraph Graph { get; }

    public string Summary => Config.Model.Path;

    public static PreparedJob Read(string yamlFile, Terminal terminal) => new(ConfigurationReader.Read<NeuronLabellingConfig>(yamlFile).Value);

    public static PreparedJob OfPlan(JsonObject config, RunPlan plan) => new(ConfigurationReader.Bind<NeuronLabellingConfig>(config, plan.RunId));

    public RunPlan Plan(TimeProvider clock) => RunPlan.Create("neuron-labelling", ConfigurationReader.ToJson(Config), Graph, clock);

    public double TokensPerSecond() => Config.Model.Threads + 1;
}

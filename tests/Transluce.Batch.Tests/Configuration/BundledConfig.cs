using System.Text.Json.Nodes;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts;

namespace Transluce.Batch.Tests.Configuration;

/// <summary>A bundled file, read as what its job says it is.</summary>
internal static class BundledConfig
{
    public static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "pipeline-config");

    public static bool IsEvalReprocessing(string file) => ConfigurationReader.Text(Path.Combine(Folder, file), "job") == "eval-reprocessing";

    public static JsonObject Read(string file)
    {
        var path = Path.Combine(Folder, file);
        return IsEvalReprocessing(file)
            ? ConfigurationReader.ToJson(ConfigurationReader.Read<EvalReprocessingConfig>(path).Value)
            : ConfigurationReader.ToJson(ConfigurationReader.Read<NeuronLabellingConfig>(path).Value);
    }

    public static JsonObject Again(string file, JsonObject json) => IsEvalReprocessing(file)
        ? ConfigurationReader.ToJson(ConfigurationReader.Bind<EvalReprocessingConfig>(json, "plan.json"))
        : ConfigurationReader.ToJson(ConfigurationReader.Bind<NeuronLabellingConfig>(json, "plan.json"));

    public static JsonObject Schema(bool evalReprocessing) => evalReprocessing
        ? ConfigurationSchema.Of<EvalReprocessingConfig>("Transluce.Batch eval reprocessing")
        : ConfigurationSchema.Of<NeuronLabellingConfig>("Transluce.Batch neuron labelling");
}

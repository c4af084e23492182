using System.Text.Json;
using System.Text.Json.Nodes;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Configuration;

public sealed class ConfigurationSchemaTests
{

    /// <summary><c>make accept</c> sets this variable; then the file is written instead of compared.</summary>
    private static readonly bool Accepting = Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1";

    [Theory]
    [InlineData("schema.json", false)]
    [InlineData("transcripts.schema.json", true)]
    public void The_schema_in_the_repository_is_up_to_date(string name, bool evalReprocessing)
    {
        var file = Path.Combine(BundledConfig.Folder, name);
        var schema = BundledConfig.Schema(evalReprocessing).ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
        if (Accepting)
        {
            File.WriteAllText(file, schema);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == schema, $"pipeline-config/{name} does not fit the options records; run 'make accept' and look at the difference.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_key_is_described(bool evalReprocessing)
    {
        var missing = Keys(BundledConfig.Schema(evalReprocessing), "").Where(pair => pair.Schema["description"] is null).Select(pair => pair.Path);
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(ConfigurationReaderTests.BundledFiles), MemberType = typeof(ConfigurationReaderTests))]
    public void The_schema_accepts_the_bundled_files(string file)
    {
        Assert.Empty(MiniJsonSchema.Errors(BundledConfig.Schema(BundledConfig.IsEvalReprocessing(file)), BundledConfig.Read(file), ""));
    }

    [Theory]
    [InlineData("exemplars", "k", "0")]
    [InlineData("exemplars", "k", "\"20\"")]
    [InlineData("exemplars", "topk", "20")]
    [InlineData("model", "device", "\"gpu\"")]
    [InlineData("model", "dtype", "\"float16\"")]
    [InlineData("corpus", "sources", "[]")]
    public void The_schema_refuses_what_the_reader_refuses(string section, string key, string value)
    {
        var json = ConfigurationReader.ToJson(ConfigurationReader.Read<NeuronLabellingConfig>(Path.Combine(SharedData.RepositoryRoot, "pipeline-config/demo/neurons.yaml")).Value);
        json[section]![key] = JsonNode.Parse(value);
        Assert.NotEmpty(MiniJsonSchema.Errors(Schema(), json, ""));
        Assert.Throws<ConfigurationException>(() => ConfigurationReader.Bind<NeuronLabellingConfig>(json, "plan.json"));
    }

    private static JsonObject Schema() => BundledConfig.Schema(evalReprocessing: false);

    private static IEnumerable<(string Path, JsonObject Schema)> Keys(JsonObject schema, string path)
    {
        foreach (var (key, value) in schema["properties"]?.AsObject() ?? [])
        {
            yield return ($"{path}.{key}", value!.AsObject());
            foreach (var below in Keys(value["items"]?.AsObject() ?? value.AsObject(), $"{path}.{key}"))
            {
                yield return below;
            }
        }
    }
}

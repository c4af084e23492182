using System.Text.Json;
using System.Text.Json.Nodes;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Configuration;

public sealed class ConfigurationSchemaTests
{
    private static readonly string SchemaFile = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "schema.json");

    /// <summary><c>make accept</c> sets this variable; then the file is written instead of compared.</summary>
    private static readonly bool Accepting = Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1";

    [Fact]
    public void The_schema_in_the_repository_is_up_to_date()
    {
        var schema = Schema().ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
        if (Accepting)
        {
            File.WriteAllText(SchemaFile, schema);
        }

        Assert.True(File.ReadAllText(SchemaFile) == schema, "pipeline-config/schema.json does not fit the options records; run 'make accept' and look at the difference.");
    }

    [Fact]
    public void Every_key_is_described()
    {
        var missing = Keys(Schema(), "").Where(pair => pair.Schema["description"] is null).Select(pair => pair.Path);
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(ConfigurationReaderTests.BundledFiles), MemberType = typeof(ConfigurationReaderTests))]
    public void The_schema_accepts_the_bundled_files(string file)
    {
        var config = ConfigurationReader.Read<NeuronLabellingConfig>(Path.Combine(SharedData.RepositoryRoot, "pipeline-config", file)).Value;
        Assert.Empty(MiniJsonSchema.Errors(Schema(), ConfigurationReader.ToJson(config), ""));
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

    private static JsonObject Schema() => ConfigurationSchema.Of<NeuronLabellingConfig>("Transluce.Batch neuron labelling");

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

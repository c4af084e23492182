using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Tests.LanguageModels;

public sealed class LlamaConfigTests
{
    private const string Smallest = """
        { "model_type": "llama", "hidden_size": 12, "intermediate_size": 20, "num_hidden_layers": 2, "num_attention_heads": 3, "vocab_size": 11 }
        """;

    [Fact]
    public void Absent_keys_have_the_defaults_of_the_reference()
    {
        var config = Read(Smallest);
        Assert.Equal((4, 3, 1e-6f, false, 2048), (config.HeadSize, config.KeyValueHeads, config.RmsNormEpsilon, config.TiedEmbeddings, config.MaximumPositions));
        Assert.Equal(new RopeConfig(10_000, null), config.Rope);
    }

    [Fact]
    public void Older_and_newer_spelling_say_the_same()
    {
        const string scaling = "\"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 64, \"rope_type\": \"llama3\"";
        var older = Read(With($$"""{ "rope_theta": 500000.0, "rope_scaling": { {{scaling}} }, "torch_dtype": "bfloat16" }"""));
        var newer = Read(With($$"""{ "rope_parameters": { "rope_theta": 500000.0, {{scaling}} }, "dtype": "bfloat16" }"""));
        Assert.Equal(new RopeConfig(500_000, new Llama3Scaling(8, 1, 4, 64)), older.Rope);
        Assert.Equal(older, newer);
    }

    [Theory]
    [InlineData("""{ "attention_bias": true }""", "attention_bias is true")]
    [InlineData("""{ "mlp_bias": true }""", "mlp_bias is true")]
    [InlineData("""{ "hidden_act": "gelu" }""", "hidden_act is \"gelu\"")]
    [InlineData("""{ "model_type": "mistral" }""", "model_type is \"mistral\"")]
    [InlineData("""{ "architectures": ["LlamaForSequenceClassification"] }""", "LlamaForSequenceClassification")]
    [InlineData("""{ "rope_scaling": { "type": "linear", "factor": 2 } }""", "rope_type is linear")]
    [InlineData("""{ "rope_scaling": { "rope_type": "yarn", "factor": 2 } }""", "rope_type is yarn")]
    [InlineData("""{ "rope_parameters": { "rope_type": "dynamic", "rope_theta": 1e4 } }""", "rope_type is dynamic")]
    [InlineData("""{ "rope_theta": 5000, "rope_parameters": { "rope_theta": 10000 } }""", "the same as in rope_parameters")]
    [InlineData("""{ "rope_parameters": { "rope_type": "llama3", "rope_theta": 1e4 } }""", "has no factor")]
    [InlineData("""{ "sliding_window": 4096 }""", "sliding_window is 4096")]
    [InlineData("""{ "quantization_config": { "bits": 4 } }""", "quantization_config is")]
    [InlineData("""{ "pretraining_tp": 2 }""", "pretraining_tp is 2")]
    [InlineData("""{ "partial_rotary_factor": 0.5 }""", "partial_rotary_factor is 0.5")]
    [InlineData("""{ "num_key_value_heads": 2 }""", "num_key_value_heads is 2; expected a divisor of num_attention_heads (3)")]
    [InlineData("""{ "hidden_size": 13 }""", "hidden_size is 13; expected a multiple of num_attention_heads (3)")]
    [InlineData("""{ "head_dim": 5 }""", "head_dim is 5; expected an even number")]
    [InlineData("""{ "vocab_size": 0 }""", "vocab_size is 0; expected an integer from 1")]
    [InlineData("""{ "vocab_size": null }""", "has no vocab_size")]
    [InlineData("""{ "num_hidden_layers": "two" }""", "num_hidden_layers is \"two\"")]
    [InlineData("""{ "rms_norm_eps": 1e999 }""", "rms_norm_eps is 1e999")]
    [InlineData("""{ "tie_word_embeddings": 1 }""", "tie_word_embeddings is 1")]
    public void What_would_compute_something_else_is_refused_by_name(string changed, string message)
    {
        var error = Assert.Throws<ArtifactException>(() => Read(With(changed)));
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"vocab_size\": 3, \"vocab_size\": 4 }")]
    public void A_file_that_is_no_config_is_named(string content) =>
        Assert.Contains("config.json", Assert.Throws<ArtifactException>(() => Read(content)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(folder.Path, Assert.Throws<ArtifactException>(() => LlamaConfig.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string With(string changed)
    {
        var config = JsonNode.Parse(Smallest)!.AsObject();
        foreach (var (key, value) in System.Text.Json.JsonDocument.Parse(changed).RootElement.EnumerateObject().Select(property => (property.Name, property.Value.GetRawText())))
        {
            config[key] = JsonNode.Parse(value);
        }

        return config.ToJsonString();
    }

    private static LlamaConfig Read(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), content);
        return LlamaConfig.Load(folder.Path);
    }
}

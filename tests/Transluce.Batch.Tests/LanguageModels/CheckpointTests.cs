using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.LanguageModels;

/// <summary>Weights that do not belong to the config, or not together.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";
    private const string Shard = "model-00002-of-00004.safetensors";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_missing_tensor_is_named() => RefusedTied(
        header => Rename(header, "model.layers.1.mlp.up_proj.weight", "model.layers.1.mlp.upper_proj.weight"), "'model.layers.1.mlp.up_proj.weight' is missing", "model.safetensors");

    [Fact]
    public void A_tensor_without_a_place_is_named() => RefusedTied(
        header => header["model.layers.0.self_attn.q_proj.bias"] = Empty(), "'model.layers.0.self_attn.q_proj.bias'", "model.safetensors", "something else");

    [Fact]
    public void Stored_rotary_frequencies_of_older_exports_are_harmless()
    {
        Tied(header => header["model.layers.0.self_attn.rotary_emb.inv_freq"] = Empty());
        Llama.Load(folder.Path, CPU, ScalarType.Float32).Dispose();
    }

    [Fact]
    public void A_shape_that_the_config_does_not_ask_for_is_named_with_both() => RefusedTied(
        header => header["model.layers.0.mlp.down_proj.weight"]!["shape"] = new JsonArray(130, 48), "'model.layers.0.mlp.down_proj.weight'", "[130, 48]", "[48, 130]");

    [Fact]
    public void Integer_weights_are_refused() => RefusedTied(
        header => header["model.norm.weight"]!["dtype"] = "I32", "'model.norm.weight'", "Int32", "quantised");

    [Fact]
    public void Both_half_precisions_in_one_checkpoint_are_refused()
    {
        Sharded();
        Rewrite(Shard, header => header.First(entry => entry.Key != "__metadata__").Value!["dtype"] = "F16");
        Refused(Shard, "float16", "bfloat16");
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        Sharded();
        File.Delete(folder.File(Shard));
        Refused(Shard);
    }

    [Fact]
    public void An_index_that_disagrees_with_the_shards_is_refused()
    {
        Sharded();
        RewriteIndex(map => map["model.norm.weight"] = "model-00001-of-00004.safetensors");
        Refused(Index, "model.norm.weight");
    }

    [Theory]
    [InlineData("../model-00001-of-00004.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void An_index_cannot_reach_outside_its_folder(string name)
    {
        Sharded();
        RewriteIndex(map => map["model.norm.weight"] = name);
        Refused(Index, "model.norm.weight");
    }

    [Fact]
    public void A_folder_without_safetensors_says_what_is_needed()
    {
        File.Copy(Path.Combine(SharedData.Require("golden/llama-mha-tied"), "config.json"), folder.File("config.json"));
        Refused("neither model.safetensors nor model.safetensors.index.json");
    }

    private void RefusedTied(Action<JsonObject> change, params string[] parts)
    {
        Tied(change);
        Refused(parts);
    }

    private void Refused(params string[] parts)
    {
        var error = Assert.Throws<ArtifactException>(() => Llama.Load(folder.Path, CPU, ScalarType.Float32));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private void Tied(Action<JsonObject> change)
    {
        Copy("golden/llama-mha-tied");
        Rewrite("model.safetensors", change);
    }

    private void Sharded() => Copy("golden/llama-gqa-rope3");

    private void Copy(string source)
    {
        foreach (var file in Directory.GetFiles(SharedData.Require(source)))
        {
            File.WriteAllBytes(folder.File(Path.GetFileName(file)), File.ReadAllBytes(file));
        }
    }

    private void Rewrite(string name, Action<JsonObject> change)
    {
        var (header, data) = SafetensorsWriter.Split(File.ReadAllBytes(folder.File(name)));
        change(header);
        File.WriteAllBytes(folder.File(name), SafetensorsWriter.Join(header, data));
    }

    private void RewriteIndex(Action<JsonObject> change)
    {
        var index = JsonNode.Parse(File.ReadAllText(folder.File(Index)))!.AsObject();
        change(index["weight_map"]!.AsObject());
        File.WriteAllText(folder.File(Index), index.ToJsonString());
    }

    private static void Rename(JsonObject header, string from, string to)
    {
        var entry = header[from]!.DeepClone();
        header.Remove(from);
        header[to] = entry;
    }

    private static JsonObject Empty() => new() { ["dtype"] = "F32", ["shape"] = new JsonArray(0), ["data_offsets"] = new JsonArray(0, 0) };
}

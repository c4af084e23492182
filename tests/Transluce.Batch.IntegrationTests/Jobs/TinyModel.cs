using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Transluce.Batch.Tests;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>A Llama with seeded random weights, 4 layers of 24 neurons, and the bundled model's tokenizer: every stage of a run takes a moment.</summary>
internal static class TinyModel
{
    public const int Layers = 4;
    public const int Neurons = 24;
    private const int Hidden = 16;
    private const int Heads = 2;
    private const int HeadSize = 8;
    private const int Vocabulary = 4096;

    public static void Write(string folder)
    {
        var demo = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "model");
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
        {
            File.Copy(Path.Combine(demo, file), Path.Combine(folder, file));
        }

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(demo, "config.json")))!.AsObject();
        config["num_hidden_layers"] = Layers;
        config["intermediate_size"] = Neurons;
        config["hidden_size"] = Hidden;
        config["num_attention_heads"] = Heads;
        config["num_key_value_heads"] = Heads;
        config["head_dim"] = HeadSize;
        config["tie_word_embeddings"] = true;
        config["dtype"] = "float32";
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Weights());
    }

    private static byte[] Weights()
    {
        var random = new Random(20_260_403);
        var header = new JsonObject();
        var values = new List<float>();
        Add("model.embed_tokens.weight", Vocabulary, Hidden);
        Add("model.norm.weight", Hidden);
        for (var layer = 0; layer < Layers; layer++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}");
            Add($"{name}.input_layernorm.weight", Hidden);
            Add($"{name}.post_attention_layernorm.weight", Hidden);
            Add($"{name}.self_attn.q_proj.weight", Heads * HeadSize, Hidden);
            Add($"{name}.self_attn.k_proj.weight", Heads * HeadSize, Hidden);
            Add($"{name}.self_attn.v_proj.weight", Heads * HeadSize, Hidden);
            Add($"{name}.self_attn.o_proj.weight", Hidden, Heads * HeadSize);
            Add($"{name}.mlp.gate_proj.weight", Neurons, Hidden);
            Add($"{name}.mlp.up_proj.weight", Neurons, Hidden);
            Add($"{name}.mlp.down_proj.weight", Hidden, Neurons);
        }

        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values))];

        void Add(string name, params int[] shape)
        {
            var start = values.Count * sizeof(float);
            var count = shape.Aggregate(1, (product, size) => product * size);
            for (var i = 0; i < count; i++)
            {
                // Norms near 1; the rest roughly normal, as a sum of uniform numbers.
                values.Add(shape.Length == 1 ? 1 + (0.1f * random.NextSingle()) : (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f) * 0.8f);
            }

            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(start, values.Count * sizeof(float)),
            };
        }
    }
}

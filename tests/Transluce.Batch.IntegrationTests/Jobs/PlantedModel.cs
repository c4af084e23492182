using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Explanation;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>
/// A Llama of one layer whose weights make each neuron fire by one planted rule set. Every feature (token set, family, half of a bigram) has a dimension of the
/// residual stream of its own; one head looks at the token before and copies what it can be the first half of. Two further dimensions keep all norms equal,
/// so that the layer norms only scale.
/// </summary>
internal sealed class PlantedModel
{
    private const int HeadSize = 64;
    private const int Vocabulary = 4096;
    private const double RopeTheta = 10_000;

    // Sums of squares: of a token's own dimensions, and of what it hands to the next position.
    private const float OwnSquare = 64;
    private const float HandedSquare = 8;

    // silu(x) is x to a tenth of a percent from 7 on: the weakest level, 40, gives 8.
    private const float Gate = 20;

    private readonly PlantedNeuron[] neurons;
    private readonly int hidden;
    private readonly JsonObject header = [];
    private readonly List<float> values = [];

    /// <param name="neurons">Bigram neurons have one rule, others any number.</param>
    public PlantedModel(PlantedNeuron[] neurons)
    {
        this.neurons = neurons;
        // Own features, own constant and balance; handed features and their balance, sent and received.
        hidden = neurons.Length + 2 + (2 * (neurons.Length + 1));
    }

    private int Constant => neurons.Length;

    private int Balance => neurons.Length + 1;

    private int Sent => neurons.Length + 2;

    private int Received => Sent + neurons.Length + 1;

    public void Write(string folder)
    {
        var demo = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "model");
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
        {
            File.Copy(Path.Combine(demo, file), Path.Combine(folder, file));
        }

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(demo, "config.json")))!.AsObject();
        config["num_hidden_layers"] = 1;
        config["intermediate_size"] = neurons.Length;
        config["hidden_size"] = hidden;
        config["num_attention_heads"] = (neurons.Length + HeadSize) / HeadSize;
        config["num_key_value_heads"] = (neurons.Length + HeadSize) / HeadSize;
        config["head_dim"] = HeadSize;
        config["rope_parameters"]!["rope_theta"] = RopeTheta;
        config["tie_word_embeddings"] = true;
        config["dtype"] = "float32";
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Weights((neurons.Length + HeadSize) / HeadSize));
    }

    private byte[] Weights(int heads)
    {
        Add("model.embed_tokens.weight", Vocabulary, hidden, Embedding);
        Add("model.norm.weight", 1, hidden, (_, row) => row.Fill(1));
        const string layer = "model.layers.0";
        Add($"{layer}.input_layernorm.weight", 1, hidden, (_, row) => row.Fill(1));
        Add($"{layer}.post_attention_layernorm.weight", 1, hidden, (_, row) => row.Fill(1));

        // The norm scales by sqrt(hidden / sum of squares), the same at every token.
        var scale = MathF.Sqrt(hidden / (OwnSquare + HandedSquare));
        Add($"{layer}.self_attn.q_proj.weight", heads * HeadSize, hidden, (row, weights) => weights[Constant] = Query(row % HeadSize) / scale);
        Add($"{layer}.self_attn.k_proj.weight", heads * HeadSize, hidden, (row, weights) => weights[Constant] = row % HeadSize < HeadSize / 2 ? 1 / scale : 0);
        Add($"{layer}.self_attn.v_proj.weight", heads * HeadSize, hidden, (row, weights) => { if (row <= neurons.Length) { weights[Sent + row] = 1 / scale; } });
        Add($"{layer}.self_attn.o_proj.weight", hidden, heads * HeadSize, (row, weights) => { if (row >= Received) { weights[row - Received] = 1; } });

        var after = MathF.Sqrt(hidden / (OwnSquare + (2 * HandedSquare)));
        Add($"{layer}.mlp.gate_proj.weight", neurons.Length, hidden, (row, weights) => weights[row] = Gate / after);
        Add($"{layer}.mlp.up_proj.weight", neurons.Length, hidden, (row, weights) => weights[IsBigram(neurons[row]) ? Received + row : Constant] = Polarity(row) / after);
        Add($"{layer}.mlp.down_proj.weight", hidden, neurons.Length, (_, _) => { });
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values))];
    }

    /// <summary>The polarity in which a neuron fires.</summary>
    public static int Polarity(int neuron) => neuron % 4 == 3 ? -1 : 1;

    public static bool IsBigram(PlantedNeuron neuron) => neuron.Rules[0] is { Kind: RuleKind.Tokens, Tokens.Length: 2 };

    private void Embedding(int token, Span<float> row)
    {
        for (var i = 0; i < neurons.Length; i++)
        {
            foreach (var rule in neurons[i].Rules)
            {
                var fits = rule.Kind == RuleKind.Family ? DemoVocabulary.Value.FamiliesOf(token).Contains(rule.Family) : rule.Tokens[^1] == token;
                row[i] = fits ? rule.Level / 100f : row[i];
                row[Sent + i] = IsBigram(neurons[i]) && rule.Tokens[0] == token ? 1 : row[Sent + i];
            }
        }

        row[Constant] = 1;
        row[Balance] = Rest(OwnSquare, row[..Balance]);
        row[Sent + neurons.Length] = Rest(HandedSquare, row.Slice(Sent, neurons.Length));
    }

    private static float Rest(float square, ReadOnlySpan<float> row)
    {
        foreach (var value in row)
        {
            square -= value * value;
        }

        return MathF.Sqrt(square);
    }

    // Rotary positions turn pair i by ω_i = θ^(-2i / head size) a place: a query turned back by one place fits the key of the token before best, by about 30 after the softmax's scale.
    private static float Query(int row)
    {
        var pair = row % (HeadSize / 2);
        var angle = Math.Pow(RopeTheta, -2.0 * pair / HeadSize);
        return (float)(240 * (row < HeadSize / 2 ? Math.Cos(angle) : -Math.Sin(angle)));
    }

    private delegate void Row(int row, Span<float> weights);

    private void Add(string name, int rows, int columns, Row fill)
    {
        var start = values.Count * sizeof(float);
        var row = new float[columns];
        for (var i = 0; i < rows; i++)
        {
            Array.Clear(row);
            fill(i, row);
            values.AddRange(row);
        }

        header[name] = new JsonObject
        {
            ["dtype"] = "F32",
            ["shape"] = name.Contains("norm", StringComparison.Ordinal) ? new JsonArray(columns) : new JsonArray(rows, columns),
            ["data_offsets"] = new JsonArray(start, values.Count * sizeof(float)),
        };
    }
}

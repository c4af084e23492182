using Transluce.Batch.Artifacts;
using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>What a Llama learned: the loaded layers, the embedding, and the head where logits are wanted. All checked before anything is allocated.</summary>
internal sealed class LlamaWeights : IDisposable
{
    private const string EmbeddingName = "model.embed_tokens.weight";
    private const string FinalNormName = "model.norm.weight";
    private const string HeadName = "lm_head.weight";

    public required Tensor Embedding { get; init; } // [v, d]

    public required IReadOnlyList<LlamaLayerWeights> Layers { get; init; }

    public required Tensor? FinalNorm { get; init; } // [d]

    public required Tensor? Head { get; init; } // [v, d]; the same object as Embedding where tied

    /// <exception cref="ArtifactException">A tensor is missing, unknown, of another shape or dtype; the message names it and its file.</exception>
    public static LlamaWeights Load(string folder, LlamaConfig config, Device device, ScalarType dtype, int firstLayer, int layerCount, bool withLogits)
    {
        using var checkpoint = Checkpoint.Open(folder);
        Check(checkpoint, config);

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var embedding = Copy(EmbeddingName, config.VocabularySize, config.HiddenSize);
        var layers = Enumerable.Range(firstLayer, layerCount).Select(layer => LoadLayer(layer)).ToArray();
        var finalNorm = withLogits ? Copy(FinalNormName, config.HiddenSize) : null;
        var head = !withLogits ? null : config.TiedEmbeddings ? embedding : Copy(HeadName, config.VocabularySize, config.HiddenSize);
        var weights = new LlamaWeights { Embedding = embedding, Layers = layers, FinalNorm = finalNorm, Head = head };
        scope.Detach(weights.All);
        return weights;

        Tensor Copy(string name, params long[] shape)
        {
            var weight = empty(shape, dtype, device);
            checkpoint.CopyTo(name, weight);
            return weight;
        }

        // Several matrices under each other, so that one product computes them all.
        Tensor Stack(int layer, string[] names, int[] rows, int columns)
        {
            var stacked = empty([rows.Sum(), columns], dtype, device);
            var row = 0;
            foreach (var (name, count) in names.Zip(rows))
            {
                using var part = stacked.narrow(0, row, count);
                checkpoint.CopyTo(Prefix(layer) + name, part);
                row += count;
            }

            return stacked;
        }

        LlamaLayerWeights LoadLayer(int layer)
        {
            int query = config.AttentionHeads * config.HeadSize, keyValue = config.KeyValueHeads * config.HeadSize;
            return new LlamaLayerWeights
            {
                AttentionNorm = Copy(Prefix(layer) + "input_layernorm.weight", config.HiddenSize),
                QueryKeyValue = Stack(layer, ["self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"], [query, keyValue, keyValue], config.HiddenSize).t(),
                AttentionOutput = Copy(Prefix(layer) + "self_attn.o_proj.weight", config.HiddenSize, query).t(),
                MlpNorm = Copy(Prefix(layer) + "post_attention_layernorm.weight", config.HiddenSize),
                Gate = Copy(Prefix(layer) + "mlp.gate_proj.weight", config.IntermediateSize, config.HiddenSize).t(),
                Up = Copy(Prefix(layer) + "mlp.up_proj.weight", config.IntermediateSize, config.HiddenSize).t(),
                Down = Copy(Prefix(layer) + "mlp.down_proj.weight", config.HiddenSize, config.IntermediateSize).t(),
            };
        }
    }

    public void Dispose()
    {
        foreach (var tensor in All)
        {
            tensor.Dispose();
        }
    }

    private IEnumerable<Tensor> All => Layers.SelectMany(layer => layer.All).Append(Embedding).Append(FinalNorm).Append(ReferenceEquals(Head, Embedding) ? null : Head).OfType<Tensor>();

    private static void Check(Checkpoint checkpoint, LlamaConfig config)
    {
        var shapes = Shapes(config).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, shape) in shapes)
        {
            checkpoint.RequireShape(name, shape);
        }

        checkpoint.RefuseMixedHalves();
        checkpoint.RefuseUnknown(new HashSet<string>(shapes.Keys, StringComparer.Ordinal));
    }

    /// <summary>The checkpoint's names, as Hugging Face's LlamaForCausalLM writes them.</summary>
    private static IEnumerable<KeyValuePair<string, long[]>> Shapes(LlamaConfig config)
    {
        long hidden = config.HiddenSize, inner = config.IntermediateSize;
        long query = (long)config.AttentionHeads * config.HeadSize, keyValue = (long)config.KeyValueHeads * config.HeadSize;
        yield return new(EmbeddingName, [config.VocabularySize, hidden]);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            yield return new(Prefix(layer) + "input_layernorm.weight", [hidden]);
            yield return new(Prefix(layer) + "self_attn.q_proj.weight", [query, hidden]);
            yield return new(Prefix(layer) + "self_attn.k_proj.weight", [keyValue, hidden]);
            yield return new(Prefix(layer) + "self_attn.v_proj.weight", [keyValue, hidden]);
            yield return new(Prefix(layer) + "self_attn.o_proj.weight", [hidden, query]);
            yield return new(Prefix(layer) + "post_attention_layernorm.weight", [hidden]);
            yield return new(Prefix(layer) + "mlp.gate_proj.weight", [inner, hidden]);
            yield return new(Prefix(layer) + "mlp.up_proj.weight", [inner, hidden]);
            yield return new(Prefix(layer) + "mlp.down_proj.weight", [hidden, inner]);
        }

        yield return new(FinalNormName, [hidden]);
        if (!config.TiedEmbeddings)
        {
            yield return new(HeadName, [config.VocabularySize, hidden]);
        }
    }

    private static string Prefix(int layer) => FormattableString.Invariant($"model.layers.{layer}.");
}

/// <summary>One layer. Matrices are transposed views, [inputs, outputs], as products want them.</summary>
internal sealed record LlamaLayerWeights
{
    public required Tensor AttentionNorm { get; init; } // [d]

    public required Tensor QueryKeyValue { get; init; } // [d, (h + 2 kv) d_head]

    public required Tensor AttentionOutput { get; init; } // [h d_head, d]

    public required Tensor MlpNorm { get; init; } // [d]

    public required Tensor Gate { get; init; } // [d, i]

    public required Tensor Up { get; init; } // [d, i]

    public required Tensor Down { get; init; } // [i, d]

    public IEnumerable<Tensor> All => [AttentionNorm, QueryKeyValue, AttentionOutput, MlpNorm, Gate, Up, Down];
}

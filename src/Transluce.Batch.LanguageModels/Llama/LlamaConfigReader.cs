using System.Text.Json;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>Reads one <c>config.json</c>; keys and defaults are those of Hugging Face's LlamaConfig.</summary>
internal sealed class LlamaConfigReader(string path)
{
    private const long MaximumLength = 1_000_000;
    private const int MaximumLayers = 10_000;
    private const int MaximumSize = 1 << 24;

    // Settings of other architectures, or of variants of this one, that change what is computed; each with the values that change nothing.
    private static readonly (string Key, string[] Harmless)[] Fixed =
    [
        ("model_type", ["\"llama\""]),
        ("hidden_act", ["\"silu\""]),
        ("attention_bias", ["false", "null"]),
        ("mlp_bias", ["false", "null"]),
        ("pretraining_tp", ["1", "null"]),
        ("partial_rotary_factor", ["1", "1.0", "null"]),
        ("sliding_window", ["null"]),
        ("use_sliding_window", ["false", "null"]),
        ("layer_types", ["null"]),
        ("no_rope_layers", ["null"]),
        ("quantization_config", ["null"]),
        ("compression_config", ["null"]),
        ("num_experts", ["null"]),
        ("num_local_experts", ["null"]),
        ("attn_logit_softcapping", ["null"]),
        ("final_logit_softcapping", ["null"]),
        ("query_pre_attn_scalar", ["null"]),
        ("embedding_multiplier", ["1", "1.0", "null"]),
        ("residual_multiplier", ["1", "1.0", "null"]),
        ("attention_multiplier", ["null"]),
        ("logits_scaling", ["1", "1.0", "null"]),
        ("logit_scale", ["1", "1.0", "null"]),
        ("qk_norm", ["false", "null"]),
        ("use_qk_norm", ["false", "null"]),
        ("qk_layernorm", ["false", "null"]),
        ("use_parallel_residual", ["false", "null"]),
        ("is_decoder", ["true", "false", "null"]),
        ("add_cross_attention", ["false", "null"]),
        ("is_encoder_decoder", ["false", "null"]),
    ];

    private JsonElement root;

    public LlamaConfig Read()
    {
        try
        {
            var length = FileLength.Of(path);
            if (length > MaximumLength)
            {
                throw new ArtifactException($"'{path}' has {length} bytes; a model's config has at most {MaximumLength}.");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? ReadConfig() : throw new ArtifactException($"'{path}' is a JSON {root.ValueKind}, expected an object.");
        }
        catch (FileNotFoundException exception)
        {
            throw new ArtifactException($"There is no '{path}'. A Hugging Face model folder holds config.json, tokenizer.json and safetensors.", exception);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new ArtifactException($"'{path}' cannot be read as a model config: {exception.Message}", exception);
        }
    }

    private LlamaConfig ReadConfig()
    {
        RefuseOtherComputations();
        var heads = Integer("num_attention_heads", MaximumSize);
        var hidden = Integer("hidden_size", MaximumSize);
        var keyValueHeads = Integer("num_key_value_heads", MaximumSize, heads);
        if (heads % keyValueHeads != 0)
        {
            throw Bad("num_key_value_heads", keyValueHeads, $"a divisor of num_attention_heads ({heads})");
        }

        if (!Has(root, "head_dim", out _) && hidden % heads != 0)
        {
            throw Bad("hidden_size", hidden, $"a multiple of num_attention_heads ({heads}) where head_dim is not given");
        }

        var headSize = Integer("head_dim", MaximumSize, hidden / heads);
        if (headSize % 2 != 0)
        {
            throw Bad("head_dim", headSize, "an even number, since rotary embedding pairs its halves");
        }

        var positions = Integer("max_position_embeddings", int.MaxValue, 2048);
        return new LlamaConfig
        {
            Layers = Integer("num_hidden_layers", MaximumLayers),
            HiddenSize = hidden,
            IntermediateSize = Integer("intermediate_size", MaximumSize),
            AttentionHeads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            VocabularySize = Integer("vocab_size", MaximumSize),
            RmsNormEpsilon = (float)Number(root, "rms_norm_eps", 1e-6, 0, 1),
            TiedEmbeddings = Has(root, "tie_word_embeddings", out var tied) && (tied.ValueKind is JsonValueKind.True or JsonValueKind.False ? tied.GetBoolean() : throw Bad("tie_word_embeddings", tied, "true or false")),
            MaximumPositions = positions,
            Rope = ReadRope(),
        };
    }

    private void RefuseOtherComputations()
    {
        if (!Has(root, "model_type", out _) && !Has(root, "architectures", out _))
        {
            throw new ArtifactException($"'{path}' has neither model_type nor architectures; expected those of a Llama.");
        }

        foreach (var (key, harmless) in Fixed)
        {
            if (root.TryGetProperty(key, out var value) && !harmless.Contains(value.GetRawText()))
            {
                throw Bad(key, value, $"{string.Join(" or ", harmless)}: anything else is another computation than this program's");
            }
        }

        if (Has(root, "architectures", out var architectures)
            && (architectures.ValueKind != JsonValueKind.Array || !architectures.EnumerateArray().Any(name => name.ValueEquals("LlamaForCausalLM"))))
        {
            throw Bad("architectures", architectures, "[\"LlamaForCausalLM\"]: other architectures are not supported");
        }
    }

    // Older files: rope_theta and rope_scaling {rope_type or type, …}. Newer: rope_parameters {rope_theta, rope_type, …}.
    private RopeConfig ReadRope()
    {
        var newer = Has(root, "rope_parameters", out var parameters);
        var older = Has(root, "rope_scaling", out var scaling);
        if (newer && older && parameters.GetRawText() != scaling.GetRawText())
        {
            throw Bad("rope_scaling", scaling, "the same as rope_parameters, or only one of the two");
        }

        var rope = newer ? parameters : scaling;
        if ((newer || older) && rope.ValueKind != JsonValueKind.Object)
        {
            throw Bad(newer ? "rope_parameters" : "rope_scaling", rope, "an object");
        }

        var theta = newer && Has(rope, "rope_theta", out _) ? Number(rope, "rope_theta", 0, 1, 1e15) : Number(root, "rope_theta", 10_000, 1, 1e15);
        if (newer && Has(root, "rope_theta", out var olderTheta) && Number(root, "rope_theta", 0, 1, 1e15) != theta)
        {
            throw Bad("rope_theta", olderTheta, $"the same as in rope_parameters ({theta})");
        }

        var type = "default";
        if (older || newer)
        {
            type = Has(rope, "rope_type", out var name) || Has(rope, "type", out name) ? name.ToString() : newer ? "default" : "absent";
        }

        return type switch
        {
            "default" => new RopeConfig(theta, null),
            "llama3" => new RopeConfig(theta, ReadLlama3(rope)),
            _ => throw Bad("rope_type", type, "default or llama3; other position encodings are not supported"),
        };
    }

    private Llama3Scaling ReadLlama3(JsonElement rope)
    {
        var scaling = new Llama3Scaling(
            Number(rope, "factor", null, 1e-6, 1e6),
            Number(rope, "low_freq_factor", null, 1e-6, 1e6),
            Number(rope, "high_freq_factor", null, 1e-6, 1e6),
            (int)Number(rope, "original_max_position_embeddings", null, 1, int.MaxValue));
        return scaling.HighFrequencyFactor > scaling.LowFrequencyFactor
            ? scaling
            : throw Bad("high_freq_factor", scaling.HighFrequencyFactor, $"more than low_freq_factor ({scaling.LowFrequencyFactor})");
    }

    private int Integer(string key, int maximum, int? absent = null)
    {
        if (!Has(root, key, out var value))
        {
            return absent ?? throw new ArtifactException($"'{path}' has no {key}; a Llama's config needs it.");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 1 && number <= maximum
            ? number
            : throw Bad(key, value, $"an integer from 1 to {maximum}");
    }

    private double Number(JsonElement parent, string key, double? absent, double minimum, double maximum)
    {
        if (!Has(parent, key, out var value))
        {
            return absent ?? throw new ArtifactException($"'{path}' has no {key}; rope_type llama3 needs it.");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= minimum && number <= maximum
            ? number
            : throw Bad(key, value, $"a number from {minimum} to {maximum}");
    }

    private static bool Has(JsonElement parent, string key, out JsonElement value) =>
        parent.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    private ArtifactException Bad(string key, object? value, string expected)
    {
        var text = value is JsonElement { ValueKind: not JsonValueKind.Undefined } element ? element.GetRawText() : FormattableString.Invariant($"{value}");
        return new ArtifactException($"'{path}': {key} is {(text.Length > 80 ? text[..80] + "…" : text)}; expected {expected}.");
    }
}

using TorchSharp;
using Transluce.Batch.Artifacts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Transluce.Batch.LanguageModels;

/// <summary>Receives the input of a layer's MLP down-projection, [b, t, i] contiguous and in the model's dtype. It lives only during the call, and so do tensors made there unless detached.</summary>
public delegate void ActivationSink(int layer, Tensor activations);

/// <summary>A Llama of which all or some layers are loaded. Synchronous; use it from one thread.</summary>
// Letters: b rows of a batch, t tokens, p prefix tokens, d width of the residual stream, i MLP neurons, v vocabulary,
// h query heads, kv key-value heads, g = h / kv heads that share one, d_head width of a head, n = rows × tokens of a chunk.
public sealed class Llama : IDisposable
{
    // Tokens a layer works on at a time. What lies between its matrix products then mostly stays in the processor's cache; with fewer,
    // threads meet so often that waiting for each other costs more than the cache saves.
    private const int CpuChunkTokens = 1024;
    private const int CudaChunkTokens = 16_384;

    private readonly LlamaWeights weights;
    private readonly RotaryEmbedding rotary;
    private readonly int firstLayer;

    private Llama(LlamaConfig config, Device device, ScalarType dtype, int firstLayer, LlamaWeights weights)
    {
        Config = config;
        Device = device;
        Dtype = dtype;
        this.firstLayer = firstLayer;
        this.weights = weights;
        rotary = new RotaryEmbedding(config, device);
    }

    public LlamaConfig Config { get; }

    public Device Device { get; }

    public ScalarType Dtype { get; }

    /// <summary>Loads a Hugging Face folder straight to device and dtype.</summary>
    /// <param name="folder">Holds config.json and safetensors.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="dtype">Float32 or BFloat16.</param>
    /// <param name="firstLayer">First layer to load.</param>
    /// <param name="layerCount">Layers to load, or null for all from <paramref name="firstLayer"/>.</param>
    /// <param name="withLogits">Load the final norm and the output head too.</param>
    /// <exception cref="ArtifactException">The folder is no Llama this code computes exactly, or is damaged.</exception>
    public static Llama Load(string folder, Device device, ScalarType dtype, int firstLayer = 0, int? layerCount = null, bool withLogits = false)
    {
        if (dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Weights are computed with in Float32 or BFloat16.");
        }

        TorchRuntime.Initialize();
        var config = LlamaConfig.Load(folder);
        var count = layerCount ?? config.Layers - firstLayer;
        if (firstLayer < 0 || count < 0 || firstLayer + count > config.Layers)
        {
            throw new ArgumentOutOfRangeException(nameof(firstLayer), firstLayer, $"Layers {firstLayer} … {firstLayer + count - 1} asked for; the model has {config.Layers}.");
        }

        return new Llama(config, device, dtype, firstLayer, LlamaWeights.Load(folder, config, device, dtype, firstLayer, count, withLogits));
    }

    /// <summary>Token embeddings: int64 [b, t] → [b, t, d].</summary>
    public Tensor Embed(Tensor tokenIds)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return weights.Embedding.index_select(0, tokenIds.reshape(-1)).view(tokenIds.shape[0], tokenIds.shape[1], Config.HiddenSize).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Runs layers first … first + count - 1 on the residual stream [b, t, d] and returns the stream after them. Causal; right padding needs no mask.
    /// With a prefix, the t tokens follow its P tokens and attend to them.
    /// </summary>
    public Tensor RunLayers(Tensor hidden, int first, int count, PrefixCache? prefix = null, ActivationSink? sink = null) =>
        Run(hidden, first, count, prefix, sink, filling: null);

    /// <summary>Keys and values of a constant prefix for the loaded layers, computed once and shared by every row of every batch. Starts at layer 0 unless the residual stream of the prefix at the first loaded layer is given, [1, p, d].</summary>
    public PrefixCache ComputePrefix(IReadOnlyList<int> tokenIds, Tensor? hiddenAtFirstLayer = null, ActivationSink? sink = null)
    {
        if (firstLayer > 0 && hiddenAtFirstLayer is null)
        {
            throw new ArgumentException($"Layers are loaded from {firstLayer}, so the prefix's residual stream there must be given.", nameof(hiddenAtFirstLayer));
        }

        using var scope = NewDisposeScope();
        var cache = new PrefixCache(tokenIds.Count);
        var hidden = hiddenAtFirstLayer ?? Embed(tensor(tokenIds.Select(id => (long)id).ToArray(), [1, tokenIds.Count], ScalarType.Int64, Device));
        Run(hidden, firstLayer, weights.Layers.Count, prefix: null, sink, cache);
        return cache;
    }

    /// <summary>Final norm and output head: [b, t, d] → float32 [b, t, v].</summary>
    public Tensor Logits(Tensor hidden)
    {
        if (weights.Head is null)
        {
            throw new InvalidOperationException("This model was loaded without its output head; load it with withLogits: true.");
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var logits = linear(ForwardPass.RmsNorm(hidden, weights.FinalNorm!, Config.RmsNormEpsilon), weights.Head); // [b, t, v]
        return logits.to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        rotary.Dispose();
        weights.Dispose();
    }

    private Tensor Run(Tensor hidden, int first, int count, PrefixCache? prefix, ActivationSink? sink, PrefixCache? filling)
    {
        if (first < firstLayer || count < 0 || first + count > firstLayer + weights.Layers.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, $"Layers {first} … {first + count - 1} asked for; loaded are {firstLayer} … {firstLayer + weights.Layers.Count - 1}.");
        }

        var positions = (prefix?.Length ?? 0) + hidden.shape[1];
        if (positions > Config.MaximumPositions)
        {
            throw new ArtifactException($"A sequence of {positions} tokens (prefix included) was given to a model of {Config.MaximumPositions} positions; make corpus.sequenceLength smaller.");
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var stream = hidden.to(Dtype, copy: true).contiguous(); // [b, t, d]; changed in place from here on
        using var pass = new ForwardPass(Config, rotary, stream, prefix, sink is not null, Device.type == DeviceType.CUDA ? CudaChunkTokens : CpuChunkTokens);
        for (var layer = first; layer < first + count; layer++)
        {
            pass.RunLayer(weights.Layers[layer - firstLayer], layer, filling);
            using var sinkScope = NewDisposeScope();
            sink?.Invoke(layer, pass.Activations);
        }

        return stream.MoveToOuterDisposeScope();
    }
}

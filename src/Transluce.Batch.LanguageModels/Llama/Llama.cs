using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>Receives the input of a layer's MLP down-projection, [b, t, i]; the tensor lives only during the call.</summary>
public delegate void ActivationSink(int layer, Tensor activations);

/// <summary>A Llama of which all or some layers are loaded. Synchronous; use it from one thread.</summary>
public sealed class Llama : IDisposable
{
    public LlamaConfig Config => throw new NotImplementedException();

    public Device Device => throw new NotImplementedException();

    public ScalarType Dtype => throw new NotImplementedException();

    /// <summary>Loads a Hugging Face folder straight to device and dtype.</summary>
    /// <param name="folder">Holds config.json and safetensors.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="dtype">Float32 or BFloat16.</param>
    /// <param name="firstLayer">First layer to load.</param>
    /// <param name="layerCount">Layers to load, or null for all from <paramref name="firstLayer"/>.</param>
    /// <param name="withLogits">Load the final norm and the output head too.</param>
    public static Llama Load(string folder, Device device, ScalarType dtype, int firstLayer = 0, int? layerCount = null, bool withLogits = false)
        => throw new NotImplementedException();

    /// <summary>Token embeddings: int64 [b, t] → [b, t, d].</summary>
    public Tensor Embed(Tensor tokenIds) => throw new NotImplementedException();

    /// <summary>
    /// Runs layers first … first + count - 1 on the residual stream [b, t, d] and returns the stream after them. Causal; right padding needs no mask.
    /// With a prefix, the t tokens follow its P tokens and attend to them.
    /// </summary>
    public Tensor RunLayers(Tensor hidden, int first, int count, PrefixCache? prefix = null, ActivationSink? sink = null) => throw new NotImplementedException();

    /// <summary>Keys and values of a constant prefix for the loaded layers, computed once and shared by every row of every batch. Starts at layer 0 unless the residual stream of the prefix at the first loaded layer is given, [1, p, d].</summary>
    public PrefixCache ComputePrefix(IReadOnlyList<int> tokenIds, Tensor? hiddenAtFirstLayer = null, ActivationSink? sink = null) => throw new NotImplementedException();

    /// <summary>Final norm and output head: [b, t, d] → float32 [b, t, v].</summary>
    public Tensor Logits(Tensor hidden) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Keys and values of the constant prefix, one pair per loaded layer.</summary>
public sealed class PrefixCache : IDisposable
{
    public int Length => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

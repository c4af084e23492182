using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>Keys (rotated) and values of the constant prefix, one pair per loaded layer, each [1, kv, p, d_head].</summary>
public sealed class PrefixCache : IDisposable
{
    private readonly Dictionary<int, (Tensor Keys, Tensor Values)> layers = [];

    internal PrefixCache(int length) => Length = length;

    /// <summary>Tokens of the prefix; the position of the first token after it.</summary>
    public int Length { get; }

    public void Dispose()
    {
        foreach (var (keys, values) in layers.Values)
        {
            keys.Dispose();
            values.Dispose();
        }

        layers.Clear();
    }

    internal (Tensor Keys, Tensor Values) Layer(int layer) => layers[layer];

    internal void Store(int layer, Tensor keys, Tensor values) =>
        layers.Add(layer, (keys.clone().DetachFromDisposeScope(), values.clone().DetachFromDisposeScope()));
}

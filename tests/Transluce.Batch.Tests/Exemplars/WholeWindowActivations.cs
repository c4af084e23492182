using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.Exemplars;

/// <summary>Activations window by window: no batch, no padding, no shared prefix.</summary>
internal static class WholeWindowActivations
{
    /// <summary>One [position × neuron] array per layer.</summary>
    public static float[][] Of(Llama llama, SequenceRow sequence)
    {
        using var scope = NewDisposeScope();
        var layers = new float[llama.Config.Layers][];
        var ids = tensor(sequence.TokenIds.Select(id => (long)id).ToArray(), [1, sequence.TokenIds.Length]);
        llama.RunLayers(llama.Embed(ids), 0, layers.Length, sink: (layer, values) => layers[layer] = values.data<float>().ToArray());
        return layers;
    }
}

using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Benchmarks;

/// <summary>
/// How the published reference system collects one layer: a forward pass of the whole model with logits, then for each polarity torch.topk
/// over the k windows it holds and the batch's, whose traces and token ids are gathered along.
/// </summary>
internal sealed class ReferenceWay(Llama llama, int layer, int k) : IDisposable
{
    private readonly Dictionary<int, (Tensor Peaks, Tensor Traces, Tensor Ids)> states = [];

    public void Add(Tensor ids)
    {
        using var scope = NewDisposeScope();
        Tensor? captured = null;
        llama.Logits(llama.RunLayers(llama.Embed(ids), 0, llama.Config.Layers, sink: (at, values) => captured = at == layer ? values.clone().DetachFromDisposeScope() : captured));
        using var activations = captured!; // [b, t, i]
        foreach (var polarity in (int[])[1, -1])
        {
            var peaks = polarity > 0 ? activations.amax([1]) : activations.amin([1]).neg(); // [b, i]
            var traces = activations;
            var tokens = ids.unsqueeze(2).expand_as(activations);
            if (states.Remove(polarity, out var state))
            {
                peaks = cat([state.Peaks, peaks], 0); // [k + b, i]
                traces = cat([state.Traces, traces], 0); // [k + b, t, i]
                tokens = cat([state.Ids, tokens], 0);
                state.Peaks.Dispose();
                state.Traces.Dispose();
                state.Ids.Dispose();
            }

            var (best, rows) = peaks.topk((int)Math.Min(k, peaks.shape[0]), 0); // [k, i]
            var index = rows.unsqueeze(1).expand(-1, traces.shape[1], -1); // [k, t, i]
            states[polarity] = (best.DetachFromDisposeScope(), traces.gather(0, index).DetachFromDisposeScope(), tokens.gather(0, index).DetachFromDisposeScope());
        }
    }

    public void Dispose()
    {
        foreach (var (peaks, traces, ids) in states.Values)
        {
            peaks.Dispose();
            traces.Dispose();
            ids.Dispose();
        }
    }
}

using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons.Explanation;
using static TorchSharp.torch;

namespace Transluce.Batch.Benchmarks;

/// <summary>Runs the study's windows through the model and hands out the activations of one layer at a time.</summary>
internal sealed class StudyModel : IDisposable
{
    private const int BatchSize = 64;

    private readonly Llama llama;
    private readonly IReadOnlyList<TokenWindow> windows;
    private readonly List<Tensor> hidden = [];
    private int next;

    public StudyModel(string folder, IReadOnlyList<TokenWindow> windows, int layers)
    {
        this.windows = windows;
        TorchRuntime.Initialize();
        llama = Llama.Load(folder, CPU, ScalarType.Float32, 0, layers);
        foreach (var batch in windows.Chunk(BatchSize))
        {
            using var ids = tensor([.. batch.SelectMany(window => window.TokenIds.Select(id => (long)id))], [batch.Length, batch[0].TokenIds.Length], ScalarType.Int64);
            hidden.Add(llama.Embed(ids));
        }
    }

    public int Neurons => llama.Config.IntermediateSize;

    /// <summary>Token features as the pipeline computes them.</summary>
    public RegressionFeatures Features(IReadOnlyList<TokenWindow> train)
    {
        using var scope = NewDisposeScope();
        var (coordinates, width) = TokenPrincipalComponents.Compute(llama.Embed(arange(llama.Config.VocabularySize, dtype: ScalarType.Int64).unsqueeze(0)).squeeze(0), train);
        return new RegressionFeatures(coordinates, width);
    }

    /// <summary>Runs on to <paramref name="layer"/> and returns the activations of its neurons, one array of all tokens per neuron. Layers must ascend.</summary>
    public float[][] Columns(int layer, IReadOnlyList<int> neurons)
    {
        var columns = neurons.Select(_ => new float[windows.Sum(window => window.Length)]).ToArray();
        using var wanted = tensor(neurons.Select(neuron => (long)neuron).ToArray(), ScalarType.Int64);
        var row = 0;
        for (var batch = 0; batch < hidden.Count; batch++)
        {
            using var scope = NewDisposeScope();
            var after = llama.RunLayers(hidden[batch], next, layer + 1 - next, null, (current, activations) =>
            {
                if (current != layer)
                {
                    return;
                }

                // [n, b × t]
                using var picked = activations.view(-1, activations.shape[^1]).index_select(1, wanted).t().contiguous();
                var values = picked.data<float>().ToArray();
                var tokens = (int)picked.shape[1];
                for (var i = 0; i < columns.Length; i++)
                {
                    values.AsSpan(i * tokens, tokens).CopyTo(columns[i].AsSpan(row));
                }

                row += tokens;
            });
            hidden[batch].Dispose();
            hidden[batch] = after.DetachFromDisposeScope();
        }

        next = layer + 1;
        return columns;
    }

    public void Dispose()
    {
        hidden.ForEach(stream => stream.Dispose());
        llama.Dispose();
    }
}

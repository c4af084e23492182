using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>The targets of both polarities of a block of neurons: rectified activations over the pool, in the index's order, and what the regression leaves of them. Reused from block to block.</summary>
internal sealed class TargetBlock(int neurons, ContextIndex index, PatternRegression? regression)
{
    private readonly int rows = index.SortedRows.Length;
    private readonly float[] rectified = new float[2L * neurons * index.SortedRows.Length];
    private readonly float[] residual = new float[regression is null ? 0 : 2L * neurons * index.SortedRows.Length];
    private float[][] weights = [];

    /// <summary>Number of a polarity within the block: -1 before +1, as the tables are sorted.</summary>
    public static int Slot(int neuronInBlock, int polarity) => (2 * neuronInBlock) + (polarity > 0 ? 1 : 0);

    /// <summary>Sets both polarities of one neuron from its signed activations per pool row.</summary>
    public void Set(int neuronInBlock, ReadOnlySpan<float> column)
    {
        var down = rectified.AsSpan(Slot(neuronInBlock, -1) * rows, rows);
        var up = rectified.AsSpan(Slot(neuronInBlock, 1) * rows, rows);
        index.Sort(column, up);
        Scoring.Rectified.Of(up, -1, down);
        System.Numerics.Tensors.TensorPrimitives.Max(up, 0, up);
    }

    /// <summary>Fits the regression to the first <paramref name="count"/> neurons together: the product with the features pays by the block.</summary>
    public void Regress(int count)
    {
        if (regression is null)
        {
            return;
        }

        var used = 2 * count * rows;
        rectified.AsSpan(0, used).CopyTo(residual);
        using var scope = NewDisposeScope();
        weights = regression.FitAndSubtract(from_array(residual).narrow(0, 0, used).view(2 * count, rows));
    }

    public PolarityTarget Target(int slot, IReadOnlyList<ExtraWindow> extras) => new(
        rectified.AsMemory(slot * rows, rows),
        regression is null ? default : residual.AsMemory(slot * rows, rows),
        regression is null ? [] : weights[slot],
        extras);
}

using TorchSharp;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Ridge regression of many polarities at once on the features of the pool: W = Y X (XᵀX + λI)⁻¹, solved in double precision. Tensor work: one thread, synchronous.
/// </summary>
public sealed class PatternRegression : IDisposable
{
    private readonly Tensor features;
    private readonly Tensor factor;

    private PatternRegression(Tensor features, Tensor factor)
    {
        this.features = features;
        this.factor = factor;
    }

    /// <summary>Computes the features of every predicted token of the pool, [rows, F] in float32, and factors their Gram matrix.</summary>
    /// <param name="windows">The pool; its rows are 0 … n - 1.</param>
    /// <param name="features">Feature definition.</param>
    /// <param name="penalty">λ &gt; 0.</param>
    /// <param name="order">Targets come in the order of its <see cref="ContextIndex.SortedRows"/>; per pool row where null.</param>
    public static PatternRegression Build(IReadOnlyList<PlacedWindow> windows, RegressionFeatures features, double penalty, ContextIndex? order = null)
    {
        var rows = windows.Sum(placed => placed.Window.Length);
        using var scope = NewDisposeScope();
        var x = empty(rows, RegressionFeatures.Count, ScalarType.Float32);
        var buffer = new float[windows.Max(placed => placed.Window.Length) * RegressionFeatures.Count];
        foreach (var placed in windows)
        {
            var length = placed.Window.Length;
            features.Compute(placed.Window, buffer);
            for (var offset = 0; offset < length; offset++)
            {
                if (!placed.IsEligible(offset))
                {
                    // A row of zeros takes no part in the fit.
                    buffer.AsSpan(offset * RegressionFeatures.Count, RegressionFeatures.Count).Clear();
                }
            }

            using var slice = x.narrow(0, placed.FirstRow, length);
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(buffer.AsSpan(0, length * RegressionFeatures.Count)).CopyTo(slice.bytes);
        }

        if (order is not null)
        {
            using var sortedRows = from_array(order.SortedRows);
            x = x.index_select(0, sortedRows);
        }

        using var held = penalty.ToScalar();
        var gram = x.t().matmul(x).to(ScalarType.Float64).add_(eye(RegressionFeatures.Count, dtype: ScalarType.Float64), held);
        return new PatternRegression(x.MoveToOuterDisposeScope().DetachFromDisposeScope(), linalg.cholesky(gram).MoveToOuterDisposeScope().DetachFromDisposeScope());
    }

    /// <summary>Fits the targets of a block of polarities, [n, rows], and takes the fit off them in place.</summary>
    /// <returns>Weights, one array per polarity.</returns>
    public float[][] FitAndSubtract(Tensor targets)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var projected = targets.matmul(features).to(ScalarType.Float64);
        var weights = cholesky_solve(projected.t(), factor).t().to(ScalarType.Float32).contiguous();
        targets.addmm_(weights, features.t(), beta: 1, alpha: -1);
        var values = weights.data<float>().ToArray();
        return [.. values.Chunk(RegressionFeatures.Count)];
    }

    public void Dispose()
    {
        features.Dispose();
        factor.Dispose();
    }
}

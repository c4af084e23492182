using TorchSharp;
using static TorchSharp.torch;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>The leading principal components of a model's input embeddings, each scaled to unit length, as the tokens of a pool use them.</summary>
public static class TokenPrincipalComponents
{
    /// <summary>Computes coordinates for the whole vocabulary, row-major [vocabulary, width]; every component's largest loading is positive.</summary>
    /// <param name="embeddings">[vocabulary, d], any float dtype.</param>
    /// <param name="windows">The pool whose tokens weigh the components.</param>
    public static (float[] Coordinates, int Width) Compute(Tensor embeddings, IReadOnlyList<TokenWindow> windows)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var counts = new double[embeddings.shape[0]];
        foreach (var window in windows)
        {
            foreach (var token in window.TokenIds.AsSpan(window.First))
            {
                counts[token]++;
            }
        }

        var unit = embeddings.to(CPU).to(ScalarType.Float32);
        using var smallest = 1e-12.ToScalar();
        unit = unit / unit.norm(1, keepdim: true).clamp_min(smallest);
        var total = Math.Max(counts.Sum(), 1);
        var share = tensor(counts.Select(count => count / total).ToArray(), ScalarType.Float64).unsqueeze(1);
        var mean = (unit.to(ScalarType.Float64) * share).sum(0, keepdim: true);
        var centred = unit - mean.to(ScalarType.Float32);
        var covariance = centred.to(ScalarType.Float64).t().matmul(centred.to(ScalarType.Float64) * share);
        var (_, vectors) = linalg.eigh(covariance);
        var width = (int)Math.Min(RegressionFeatures.TokenDimensions, embeddings.shape[1]);
        var leading = vectors.flip(1).narrow(1, 0, width);
        var largest = leading.gather(0, leading.abs().argmax(0, keepdim: true));
        leading = leading * largest.sign();
        var coordinates = centred.matmul(leading.to(ScalarType.Float32)).contiguous();
        return (coordinates.data<float>().ToArray(), width);
    }
}

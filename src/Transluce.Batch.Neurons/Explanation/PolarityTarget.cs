namespace Transluce.Batch.Neurons.Explanation;

/// <summary>All that is learnt from about one polarity: where its rectified activations over the pool lie, what the regression leaves of them, and its exemplars outside the pool.</summary>
/// <param name="Rectified">max(polarity × activation, 0) per eligible pool token, in the order of <see cref="ContextIndex.SortedRows"/>.</param>
/// <param name="Residual">The same less the regression, or empty.</param>
/// <param name="Weights">Weights of the regression, or empty.</param>
/// <param name="Extras">Train exemplars outside the pool.</param>
internal sealed record PolarityTarget(ReadOnlyMemory<float> Rectified, ReadOnlyMemory<float> Residual, float[] Weights, IReadOnlyList<ExtraWindow> Extras);

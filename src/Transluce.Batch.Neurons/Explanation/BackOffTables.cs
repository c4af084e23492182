namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Shrunken back-off means of one polarity: m_k = (sum + λ · m_{k-1}) / (weight + λ), where m_{k-1} is the mean of the context one token shorter and m_0
/// that of all tokens. Kept in memory only; a <see cref="Pattern"/> is what is stored.
/// </summary>
public sealed class BackOffTables
{
    private readonly float[][] means = [[], [], []];

    /// <summary>Mean of all tokens.</summary>
    public float Base { get; private set; }

    /// <summary>Means of all contexts of a length, numbered as in the sums they were made from.</summary>
    public ReadOnlySpan<float> Means(int length) => means[length - 1];

    /// <summary>Computes all means.</summary>
    /// <param name="sums">The polarity's sums.</param>
    /// <param name="shrinkage">λ ≥ 0, in tokens.</param>
    public void Fit(PolaritySums sums, float shrinkage)
    {
        Base = sums.TotalWeight > 0 ? (float)(sums.TotalSum / sums.TotalWeight) : 0;
        for (var length = 1; length <= Context.MaximumLength; length++)
        {
            var count = sums.Count(length);
            if (means[length - 1].Length < count)
            {
                means[length - 1] = new float[count + 4096];
            }

            var sum = sums.Sums(length);
            var weight = sums.Weights(length);
            var mean = means[length - 1];
            for (var group = 0; group < count; group++)
            {
                var parent = length == 1 ? Base : means[length - 2][sums.ParentOf(length, group)];
                mean[group] = (sum[group] + (shrinkage * parent)) / (weight[group] + shrinkage);
            }
        }
    }
}

using System.Numerics.Tensors;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>The longer contexts worth trying as rules: the most promising ones at the start, so that a step of the pursuit need not visit all of them.</summary>
internal sealed class ShortList
{
    private const int Size = 1024;

    private readonly LargestGains largest = new();
    private readonly List<int> groups = [];
    private readonly HashSet<int> listed = [];

    /// <summary>Groups on the list.</summary>
    public IReadOnlyList<int> Groups => groups;

    /// <summary>Lists the groups with the largest sum² / (weight + λ).</summary>
    /// <returns>The smallest gain that made the list.</returns>
    public float Fill(ReadOnlySpan<float> residuals, ReadOnlySpan<float> weights, float shrinkage, Span<float> gains)
    {
        gains = gains[..residuals.Length];
        TensorPrimitives.Add(weights, shrinkage, gains);
        TensorPrimitives.Divide(residuals, gains, gains);
        TensorPrimitives.Multiply(residuals, gains, gains);
        groups.Clear();
        listed.Clear();
        var found = largest.Find(gains, Size);
        foreach (var (_, group) in found)
        {
            Add(group);
        }

        return found.Count < Size ? 0 : found[^1].Gain;
    }

    public void Add(int group)
    {
        if (listed.Add(group))
        {
            groups.Add(group);
        }
    }
}

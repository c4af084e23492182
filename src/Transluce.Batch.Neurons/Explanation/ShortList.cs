using System.Numerics.Tensors;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>The longer contexts worth trying as rules: the most promising ones, found in one vectorised pass, so that a step of the pursuit need not visit all of them.</summary>
internal sealed class ShortList
{
    private const int Size = 1024;

    private readonly PriorityQueue<int, (float Gain, int Group)> kept = new(Comparer<(float Gain, int Group)>.Create(
        static (a, b) => a.Gain != b.Gain ? a.Gain.CompareTo(b.Gain) : b.Group.CompareTo(a.Group)));
    private readonly List<int> groups = [];
    private readonly HashSet<int> listed = [];

    /// <summary>Groups on the list, the best of the start first in no particular order.</summary>
    public IReadOnlyList<int> Groups => groups;

    /// <summary>Lists the groups with the largest sum² / (weight + λ).</summary>
    /// <returns>The smallest gain that made the list.</returns>
    public float Fill(ReadOnlySpan<float> residuals, ReadOnlySpan<float> weights, float shrinkage, ref float[] gains)
    {
        if (gains.Length < residuals.Length)
        {
            gains = new float[residuals.Length + 4096];
        }

        var gain = gains.AsSpan(0, residuals.Length);
        TensorPrimitives.Add(weights, shrinkage, gain);
        TensorPrimitives.Divide(residuals, gain, gain);
        TensorPrimitives.Multiply(residuals, gain, gain);
        kept.Clear();
        var floor = 0f;
        for (var group = 0; group < gain.Length; group++)
        {
            if (gain[group] > floor)
            {
                kept.Enqueue(group, (gain[group], group));
                if (kept.Count > Size)
                {
                    kept.Dequeue();
                    kept.TryPeek(out _, out var worst);
                    floor = worst.Gain;
                }
            }
        }

        groups.Clear();
        listed.Clear();
        foreach (var (group, _) in kept.UnorderedItems)
        {
            Add(group);
        }

        // Ties between candidates go to the first one tried, so the order must not depend on the heap's.
        groups.Sort();
        return floor;
    }

    public void Add(int group)
    {
        if (listed.Add(group))
        {
            groups.Add(group);
        }
    }
}

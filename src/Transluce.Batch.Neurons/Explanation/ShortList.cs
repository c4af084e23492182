namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Finds the longer contexts worth trying as rules: those that explain most by themselves, so that a step of the pursuit need not visit all of them. Belongs to one thread.</summary>
internal sealed class ShortList
{
    private const int Size = 1024;

    private readonly LargestGains largest = new();
    private float[] gains = [];

    /// <summary>Contexts with the largest (sum - mean × weight)² / (weight + λ), best first; never more than 1,024.</summary>
    public IReadOnlyList<(float Gain, int Group)> Find(ReadOnlySpan<float> sums, ReadOnlySpan<float> weights, float mean, float shrinkage)
    {
        gains = gains.Length < sums.Length ? new float[sums.Length + 8192] : gains;
        var gain = gains.AsSpan(0, sums.Length);
        for (var group = 0; group < gain.Length; group++)
        {
            var left = sums[group] - (mean * weights[group]);
            gain[group] = left * left / (weights[group] + shrinkage);
        }

        return largest.Find(gain, Size);
    }

    /// <summary>The gain a context must exceed to be listed.</summary>
    public static float Floor(IReadOnlyList<(float Gain, int Group)> found) => found.Count < Size ? 0 : found[^1].Gain;
}

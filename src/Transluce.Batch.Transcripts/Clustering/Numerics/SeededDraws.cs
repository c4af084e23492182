using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>One stream of draws for each purpose and item, the same on every machine.</summary>
internal struct SeededDraws
{
    private SplitMix64 generator;

    public SeededDraws(int seed, string purpose, long item = 0)
    {
        var digest = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));
        var own = SplitMix64.Mix(digest ^ SplitMix64.Mix(unchecked((ulong)seed) + SplitMix64.Step));
        generator = new SplitMix64(own ^ SplitMix64.Mix(SplitMix64.Mix(unchecked((ulong)item) + SplitMix64.Step)));
    }

    public ulong Next() => generator.Next();

    /// <inheritdoc cref="SplitMix64.NextBelow"/>
    public int NextBelow(int bound) => generator.NextBelow(bound);

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Distinct numbers below <paramref name="bound"/>, ascending; all of them where <paramref name="count"/> is no smaller.</summary>
    public int[] Sample(int bound, int count)
    {
        if (count >= bound)
        {
            return [.. Enumerable.Range(0, bound)];
        }

        // Selection sampling (Knuth 3.4.2 S): in order, without a table of what was drawn.
        var sample = new int[count];
        for (int i = 0, taken = 0; taken < count; i++)
        {
            if (NextBelow(bound - i) < count - taken)
            {
                sample[taken++] = i;
            }
        }

        return sample;
    }
}

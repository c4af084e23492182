using System.Security.Cryptography;
using System.Text;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>The SplitMix64 generator (Steele, Lea and Flood 2014), one stream for each purpose and item: the same draws on every machine.</summary>
internal struct SeededDraws
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong state;

    public SeededDraws(int seed, string purpose, long item = 0)
    {
        var digest = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(purpose)));
        state = Mix(digest ^ Mix(unchecked((ulong)seed) + Step)) ^ Mix(Mix(unchecked((ulong)item) + Step));
    }

    public ulong Next()
    {
        state += Step;
        return Mix(state);
    }

    /// <summary>Uniform in 0 … <paramref name="bound"/> - 1, without the bias of a remainder (Lemire 2019).</summary>
    public int NextBelow(int bound)
    {
        var limit = (ulong)bound;
        while (true)
        {
            var high = Math.BigMul(Next(), limit, out ulong low);
            if (low >= limit || low >= (0 - limit) % limit)
            {
                return (int)high;
            }
        }
    }

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

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

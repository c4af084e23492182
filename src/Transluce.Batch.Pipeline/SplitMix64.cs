using System.Security.Cryptography;
using System.Text;

namespace Transluce.Batch.Pipeline;

/// <summary>The SplitMix64 generator (Steele, Lea and Flood 2014): the same draws on every machine and runtime, for every seed.</summary>
public struct SplitMix64(ulong seed)
{
    /// <summary>What the state moves by at each draw.</summary>
    public const ulong Step = 0x9E3779B97F4A7C15;

    private ulong state = seed;

    /// <summary>A seed of its own for each purpose and item, so that no two draws are related.</summary>
    public static ulong Seed(int seed, string purpose, ulong item = 0, ulong part = 0)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(purpose));
        var mixed = Mix(BitConverter.ToUInt64(digest) ^ Mix((ulong)seed + Step));
        return Mix(mixed ^ Mix(item + Step) ^ Mix(Mix(part + Step)));
    }

    /// <summary>Uniform over all 64 bits.</summary>
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

    /// <summary>The generator's output function: a bijection in which every bit of the input moves half of the output's.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

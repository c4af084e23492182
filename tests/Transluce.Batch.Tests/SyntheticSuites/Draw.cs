namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>A stream of draws that depends on its seed alone, on every machine (SplitMix64).</summary>
internal sealed class Draw(ulong seed)
{
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private ulong state = seed;

    /// <summary>A stream of its own for each name, so that one more draw here changes nothing there.</summary>
    public static Draw For(int seed, string name)
    {
        // FNV-1a.
        var hash = 14695981039346656037UL ^ (ulong)seed;
        foreach (var letter in name)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return new Draw(hash);
    }

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public bool Chance(double share) => Next() >> 11 < share * (1UL << 53);

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public void Shuffle<T>(T[] items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>Letters and digits that look like an id.</summary>
    public string Id(int length) => string.Create(length, this, static (span, draw) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = Letters[draw.Below(Letters.Length)];
        }
    });

    private ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}

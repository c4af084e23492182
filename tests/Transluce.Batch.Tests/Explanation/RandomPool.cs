using CsCheck;
using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Tests.Explanation;

/// <summary>A small pool over few tokens, so that contexts repeat: windows of 1 … 9 tokens, some rows ineligible, some windows outside the pool.</summary>
/// <param name="Windows">The pool.</param>
/// <param name="Rectified">Multiples of a quarter per row, so that sums in float32 are exact.</param>
/// <param name="Extras">Windows outside the pool.</param>
internal sealed record RandomPool(PlacedWindow[] Windows, float[] Rectified, ExtraWindow[] Extras)
{
    public const int Tokens = 6;

    /// <summary>Any pool.</summary>
    public static Gen<RandomPool> Any { get; } = Gen.ULong.Select(seed => Make(new Random((int)(seed ^ (seed >> 32)))));

    public static RandomPool Make(Random random)
    {
        var windows = new List<PlacedWindow>();
        var row = 0;
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            var window = RandomWindow(random);
            windows.Add(new PlacedWindow(window, row, random.Next(3) == 0 ? null : [.. Enumerable.Range(0, window.Length).Select(_ => random.Next(4) > 0)]));
            row += window.Length;
        }

        var extras = Enumerable.Range(0, random.Next(4)).Select(_ => RandomWindow(random)).Select(window => new ExtraWindow(window, Values(random, window.Length))).ToArray();
        return new RandomPool([.. windows], Values(random, row), extras);
    }

    /// <summary>Every token that counts: its context, newest token first, its value and its weight.</summary>
    public IEnumerable<(int[] Context, float Value, float Weight)> Observations(float extraWeight)
    {
        foreach (var placed in Windows)
        {
            for (var offset = 0; offset < placed.Window.Length; offset++)
            {
                if (placed.IsEligible(offset))
                {
                    yield return (Newest(placed.Window, placed.Window.First + offset), Rectified[placed.FirstRow + offset], 1);
                }
            }
        }

        foreach (var extra in extraWeight > 0 ? Extras : [])
        {
            for (var offset = 0; offset < extra.Window.Length; offset++)
            {
                yield return (Newest(extra.Window, extra.Window.First + offset), extra.Rectified[offset], extraWeight);
            }
        }
    }

    /// <summary>The token at a position and the two before it; -1 before the window.</summary>
    public static int[] Newest(TokenWindow window, int position) =>
        [.. Enumerable.Range(0, 3).Select(back => position - back >= 0 ? window.TokenIds[position - back] : -1)];

    /// <summary>A context as a key of a dictionary.</summary>
    public static string Key(IEnumerable<int> newestFirst) => string.Join(' ', newestFirst);

    /// <summary>A packed context as such a key.</summary>
    public static string Key(ulong context, int length) => Key(Enumerable.Range(0, length).Select(back => Context.Token(context, back)));

    public static TokenWindow RandomWindow(Random random)
    {
        var ids = Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(Tokens)).ToArray();
        return new TokenWindow(ids, random.Next(Math.Min(3, ids.Length)));
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Math.Max(0, random.Next(-8, 20) / 4f))];
}

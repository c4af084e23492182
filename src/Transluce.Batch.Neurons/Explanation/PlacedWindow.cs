namespace Transluce.Batch.Neurons.Explanation;

/// <summary>A window and where its tokens lie among the rows of a pool.</summary>
/// <param name="Window">The tokens.</param>
/// <param name="FirstRow">Row of the first predicted token.</param>
/// <param name="Eligible">Per predicted token whether it counts; null where all do.</param>
public readonly record struct PlacedWindow(TokenWindow Window, int FirstRow, bool[]? Eligible)
{
    public bool IsEligible(int offset) => Eligible is null || Eligible[offset];

    public int EligibleCount => Eligible is null ? Window.Length : Eligible.Count(eligible => eligible);

    /// <summary>The windows of a pool among its rows.</summary>
    public static PlacedWindow[] Of(IEnumerable<Exemplars.PoolWindow> pool) =>
        [.. pool.Select(window => new PlacedWindow(new TokenWindow(window.TokenIds, window.FirstPosition), window.FirstRow, window.Eligible))];

    /// <summary>Windows one after the other, every token eligible.</summary>
    public static IReadOnlyList<PlacedWindow> InOrder(IEnumerable<TokenWindow> windows)
    {
        var row = 0;
        var placed = new List<PlacedWindow>();
        foreach (var window in windows)
        {
            placed.Add(new PlacedWindow(window, row, null));
            row += window.Length;
        }

        return placed;
    }
}

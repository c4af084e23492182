namespace Transluce.Batch.Jobs;

/// <summary>A histogram on one line of text.</summary>
internal static class Sparkline
{
    private const string Bars = " ▁▂▃▄▅▆▇█";

    /// <summary>One character per share, the largest a full block; a share above zero is never blank.</summary>
    public static string Of(IReadOnlyList<double> shares)
    {
        var largest = shares.Count > 0 ? shares.Max() : 0;
        return string.Concat(shares.Select(share => Bars[largest > 0 ? (int)Math.Ceiling(share / largest * (Bars.Length - 1)) : 0]));
    }
}

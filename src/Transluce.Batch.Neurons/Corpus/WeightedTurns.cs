namespace Transluce.Batch.Neurons;

/// <summary>Whose turn it is: always the source that is furthest behind its share, the earlier one on a tie, so that the weights hold at every point and not only on average.</summary>
internal sealed class WeightedTurns(IReadOnlyList<double> weights)
{
    private readonly long[] taken = new long[weights.Count];
    private readonly bool[] dry = new bool[weights.Count];

    /// <summary>The next source, or -1 where all have run dry. The others share what a dry one leaves, by their own weights.</summary>
    public int Next()
    {
        var weight = 0.0;
        var total = 1L;
        for (var i = 0; i < weights.Count; i++)
        {
            weight += dry[i] ? 0 : weights[i];
            total += dry[i] ? 0 : taken[i];
        }

        var chosen = -1;
        var largest = double.NegativeInfinity;
        for (var i = 0; i < weights.Count; i++)
        {
            var deficit = dry[i] ? double.NegativeInfinity : (weights[i] / weight * total) - taken[i];
            if (deficit > largest)
            {
                (chosen, largest) = (i, deficit);
            }
        }

        return chosen;
    }

    public void Took(int source) => taken[source]++;

    public void RanDry(int source) => dry[source] = true;

    /// <summary>How many of the next <paramref name="windows"/> turns a source may expect at most.</summary>
    public long Expected(int source, long windows)
    {
        var weight = weights.Where((_, i) => !dry[i]).Sum();
        return Math.Min(windows, (long)Math.Ceiling(windows * weights[source] / weight) + 1);
    }
}

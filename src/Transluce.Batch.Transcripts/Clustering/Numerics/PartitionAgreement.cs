namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>How far two clusterings of the same items agree, whatever their clusters are called.</summary>
public static class PartitionAgreement
{
    /// <summary>
    /// Adjusted Rand index (Hubert and Arabie 1985): 1 for the same clustering, 0 expected of a random one. Two clusterings of the same
    /// trivial kind (all in one, or each alone) agree: 1.
    /// </summary>
    public static double AdjustedRand(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var (cells, rows, columns) = Count(left, right);
        var pairs = Pairs(left.Length);
        var together = cells.Values.Sum(Pairs);
        var inLeft = rows.Values.Sum(Pairs);
        var inRight = columns.Values.Sum(Pairs);
        var expected = pairs == 0 ? 0 : inLeft * inRight / pairs;
        var most = (inLeft + inRight) / 2;
        return most - expected == 0 ? 1 : (together - expected) / (most - expected);
    }

    /// <summary>Mutual information divided by the mean of both entropies; 1 where both have one cluster.</summary>
    public static double NormalisedMutualInformation(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var (cells, rows, columns) = Count(left, right);
        double items = left.Length;
        var information = cells.Sum(cell => cell.Value / items * Math.Log(cell.Value * items / ((double)rows[cell.Key.Left] * columns[cell.Key.Right])));
        var mean = (Entropy(rows.Values, items) + Entropy(columns.Values, items)) / 2;
        return mean == 0 ? 1 : Math.Clamp(information / mean, 0, 1);
    }

    private static double Entropy(IEnumerable<int> counts, double items) => -counts.Sum(count => count / items * Math.Log(count / items));

    private static double Pairs(int count) => count * (count - 1.0) / 2;

    private static (Dictionary<(int Left, int Right), int> Cells, Dictionary<int, int> Rows, Dictionary<int, int> Columns) Count(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        var cells = new Dictionary<(int, int), int>();
        var rows = new Dictionary<int, int>();
        var columns = new Dictionary<int, int>();
        for (var i = 0; i < left.Length; i++)
        {
            cells[(left[i], right[i])] = cells.GetValueOrDefault((left[i], right[i])) + 1;
            rows[left[i]] = rows.GetValueOrDefault(left[i]) + 1;
            columns[right[i]] = columns.GetValueOrDefault(right[i]) + 1;
        }

        return (cells, rows, columns);
    }
}

using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>Mean vectors of the runs at one sample, of many runs those with the lowest ids, and how far they lie from each other.</summary>
internal sealed class SampleMeans
{
    /// <summary>Others a run is compared with. More tell no more about how much runs differ, and all pairs of them are measured.</summary>
    public const int MostOthers = 64;

    // One more than is compared, so that a run that is among them has as many others as one that is not.
    private readonly SortedList<string, float[]> lowest = new(MostOthers + 2, StringComparer.Ordinal);
    private double[]? medians;

    /// <summary>All of them.</summary>
    public int Runs { get; private set; }

    public void Add(string runId, float[] mean)
    {
        Runs++;
        medians = null;
        lowest[runId] = mean;
        if (lowest.Count > MostOthers + 1)
        {
            lowest.RemoveAt(lowest.Count - 1);
        }
    }

    /// <summary>The runs a run is compared with.</summary>
    public float[][] Others(string runId)
    {
        var left = LeftOut(runId);
        return [.. lowest.Values.Where((_, place) => place != left)];
    }

    /// <summary>The median distance of two of these.</summary>
    public double AmongOthers(string runId) => (medians ??= Medians())[LeftOut(runId)];

    public static double Distance(float[] a, float[] b) => a.Length == b.Length ? 1 - FixedDot.Double(a, b) : 1;

    public static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[values.Length / 2];
    }

    /// <summary>The run itself or, where it is not among the lowest, the last of them; past the end where there are too few to leave one out.</summary>
    private int LeftOut(string runId)
    {
        var place = lowest.IndexOfKey(runId);
        return place >= 0 ? place : Math.Min(lowest.Count, MostOthers);
    }

    /// <summary>For each place the median of the distances between the others: they are measured once for all runs.</summary>
    private double[] Medians()
    {
        var distances = new double[lowest.Count, lowest.Count];
        for (var i = 0; i < lowest.Count; i++)
        {
            for (var j = i + 1; j < lowest.Count; j++)
            {
                distances[i, j] = Distance(lowest.GetValueAtIndex(i), lowest.GetValueAtIndex(j));
            }
        }

        return [.. Enumerable.Range(0, lowest.Count + 1).Select(left => Median([.. Pairs(left)]))];

        IEnumerable<double> Pairs(int left)
        {
            for (var i = 0; i < lowest.Count; i++)
            {
                for (var j = i + 1; j < lowest.Count; j++)
                {
                    if (i != left && j != left)
                    {
                        yield return distances[i, j];
                    }
                }
            }
        }
    }
}

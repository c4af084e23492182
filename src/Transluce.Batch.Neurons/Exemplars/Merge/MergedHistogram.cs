namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>A neuron's histogram over a whole split: shards' histograms on their common, coarsest grid. The order of merging does not matter.</summary>
internal sealed class MergedHistogram
{
    private readonly long[] counts = new long[HistogramBins.Bins];
    private int negativeExponent = HistogramBins.MinimumExponent;
    private int positiveExponent = HistogramBins.MinimumExponent;

    /// <summary>Values counted.</summary>
    public long Total { get; private set; }

    public void Add(ReadOnlySpan<uint> bins, int binsNegativeExponent, int binsPositiveExponent)
    {
        Coarsen(positive: false, Math.Max(0, binsNegativeExponent - negativeExponent));
        Coarsen(positive: true, Math.Max(0, binsPositiveExponent - positiveExponent));
        negativeExponent = Math.Max(negativeExponent, binsNegativeExponent);
        positiveExponent = Math.Max(positiveExponent, binsPositiveExponent);
        for (var bin = 0; bin < HistogramBins.BinsPerSign; bin++)
        {
            Add(HistogramBins.BinsPerSign + (bin >> Math.Min(positiveExponent - binsPositiveExponent, 31)), bins[HistogramBins.BinsPerSign + bin]);
            Add(HistogramBins.BinsPerSign - 1 - (bin >> Math.Min(negativeExponent - binsNegativeExponent, 31)), bins[HistogramBins.BinsPerSign - 1 - bin]);
        }
    }

    /// <summary>
    /// numpy's "linear" quantile: between the order statistics around level × (n - 1). Each is taken as the middle of its bin, clipped to the
    /// exact extremes, so it is off by at most 2^-10 of the largest magnitude of its sign.
    /// </summary>
    public float Quantile(double level, float minimum, float maximum)
    {
        var at = level * (Total - 1);
        var below = Math.Min((long)Math.Floor(at), Total - 1);
        var lower = OrderStatistic(below, minimum, maximum);
        var upper = OrderStatistic(Math.Min(below + 1, Total - 1), minimum, maximum);
        return (float)(lower + ((at - below) * (upper - lower)));
    }

    private double OrderStatistic(long index, float minimum, float maximum)
    {
        if (index == 0 || index == Total - 1)
        {
            return index == 0 ? minimum : maximum;
        }

        var bin = 0;
        for (var seen = counts[0]; seen <= index; seen += counts[bin])
        {
            bin++;
        }

        return Math.Clamp(HistogramBins.Middle(bin, negativeExponent, positiveExponent), minimum, maximum);
    }

    private void Add(int bin, uint count)
    {
        counts[bin] += count;
        Total += count;
    }

    private void Coarsen(bool positive, int shift)
    {
        if (shift == 0)
        {
            return;
        }

        for (var bin = 0; bin < HistogramBins.BinsPerSign; bin++)
        {
            var from = positive ? HistogramBins.BinsPerSign + bin : HistogramBins.BinsPerSign - 1 - bin;
            var merged = bin >> Math.Min(shift, 31);
            var to = positive ? HistogramBins.BinsPerSign + merged : HistogramBins.BinsPerSign - 1 - merged;
            var count = counts[from];
            counts[from] = 0;
            counts[to] += count;
        }
    }
}

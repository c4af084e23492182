using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>Percentile bootstrap over windows: tokens of one window are no independent draws, windows are. The same resamples serve every polarity.</summary>
internal sealed class Bootstrap(int resamples, int seed)
{
    private readonly Dictionary<int, int[]> draws = [];

    /// <summary>2.5 % and 97.5 % bounds of the correlation, or nulls where too few resamples have one.</summary>
    public (float? Low, float? High) Interval(ReadOnlySpan<CorrelationSums> windows)
    {
        if (windows.Length < 2)
        {
            return (null, null);
        }

        var drawn = Draws(windows.Length);
        var correlations = new List<float>(resamples);
        for (var resample = 0; resample < resamples; resample++)
        {
            var total = default(CorrelationSums);
            for (var i = 0; i < windows.Length; i++)
            {
                total.Add(windows[drawn[(resample * windows.Length) + i]]);
            }

            if (total.Correlation is { } correlation)
            {
                correlations.Add(correlation);
            }
        }

        if (correlations.Count < resamples / 2)
        {
            return (null, null);
        }

        correlations.Sort();
        return (Quantile(correlations, 0.025), Quantile(correlations, 0.975));
    }

    private static float Quantile(List<float> sorted, double level)
    {
        var place = level * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 >= sorted.Count ? sorted[^1] : (float)(sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])));
    }

    private int[] Draws(int windows)
    {
        lock (draws)
        {
            if (!draws.TryGetValue(windows, out var drawn))
            {
                var random = new SplitMix64(SplitMix64.Seed(seed, "bootstrap", (ulong)windows));
                drawn = new int[resamples * windows];
                for (var i = 0; i < drawn.Length; i++)
                {
                    drawn[i] = random.NextBelow(windows);
                }

                draws.Add(windows, drawn);
            }

            return drawn;
        }
    }
}

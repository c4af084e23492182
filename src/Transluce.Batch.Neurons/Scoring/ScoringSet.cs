using Transluce.Batch.Neurons.Explanation;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>One window on which a polarity is scored.</summary>
/// <param name="Window">Its tokens.</param>
/// <param name="Actual">max(polarity × activation, 0) per predicted token.</param>
/// <param name="Eligible">Per predicted token whether it counts.</param>
public sealed record ScoredWindow(TokenWindow Window, float[] Actual, bool[] Eligible);

/// <summary>Writes one prediction per token of a window from <see cref="TokenWindow.First"/> on.</summary>
public delegate void Simulation(TokenWindow window, Span<float> predicted);

/// <summary>The windows of one polarity and split: its top windows, then its random controls.</summary>
/// <param name="Exemplars">Top windows, best first.</param>
/// <param name="Controls">Control windows in the order drawn.</param>
public sealed record ScoringSet(IReadOnlyList<ScoredWindow> Exemplars, IReadOnlyList<ScoredWindow> Controls)
{
    /// <summary>Sums per window, exemplars first.</summary>
    public CorrelationSums[] Simulate(Simulation simulate)
    {
        var sums = new CorrelationSums[Exemplars.Count + Controls.Count];
        for (var i = 0; i < sums.Length; i++)
        {
            var scored = i < Exemplars.Count ? Exemplars[i] : Controls[i - Exemplars.Count];
            var predicted = new float[scored.Window.Length];
            simulate(scored.Window, predicted);
            sums[i] = CorrelationSums.Of(predicted, scored.Actual, scored.Eligible);
        }

        return sums;
    }

    /// <summary>Signed Pearson correlation over all tokens of the set, or null where it is undefined.</summary>
    public float? Correlation(Simulation simulate) => Total(Simulate(simulate)).Correlation;

    /// <summary>Adds up windows.</summary>
    public static CorrelationSums Total(ReadOnlySpan<CorrelationSums> windows)
    {
        var total = default(CorrelationSums);
        foreach (ref readonly var window in windows)
        {
            total.Add(window);
        }

        return total;
    }
}

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
    /// <summary>All windows, exemplars first.</summary>
    public IEnumerable<ScoredWindow> Windows => Exemplars.Concat(Controls);

    /// <summary>Simulates every window, exemplars first.</summary>
    public SimulatedWindow[] Simulate(Simulation simulate) => [.. Windows.Select(window => SimulatedWindow.Of(window, simulate))];

    /// <summary>Signed Pearson correlation over all tokens of the set, or null where it is undefined.</summary>
    public float? Correlation(Simulation simulate) => Total([.. Simulate(simulate).Select(window => window.Sums)]).Correlation;

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

/// <summary>A window with one simulator's predictions.</summary>
/// <param name="Window">The window.</param>
/// <param name="Predicted">One prediction per predicted token.</param>
/// <param name="Sums">Of its eligible tokens.</param>
public sealed record SimulatedWindow(ScoredWindow Window, float[] Predicted, CorrelationSums Sums)
{
    /// <summary>Simulates one window.</summary>
    public static SimulatedWindow Of(ScoredWindow window, Simulation simulate)
    {
        var predicted = new float[window.Window.Length];
        simulate(window.Window, predicted);
        return new SimulatedWindow(window, predicted, CorrelationSums.Of(predicted, window.Actual, window.Eligible));
    }
}

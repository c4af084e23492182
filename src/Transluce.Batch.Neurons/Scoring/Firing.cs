namespace Transluce.Batch.Neurons.Scoring;

/// <summary>Counts of firing tokens: firing is at least half the train maximum; simulated firing is at least half of the largest simulation on the train exemplars.</summary>
internal struct Firing(float actualThreshold, float simulatedThreshold)
{
    private long both;
    private long onlyActual;
    private long onlySimulated;

    /// <summary>Counts over windows already simulated.</summary>
    public static Firing Of(IEnumerable<SimulatedWindow> windows, float actualThreshold, float simulatedThreshold)
    {
        var firing = new Firing(actualThreshold, simulatedThreshold);
        foreach (var window in windows)
        {
            firing.Add(window.Window, window.Predicted);
        }

        return firing;
    }

    public void Add(ScoredWindow window, ReadOnlySpan<float> simulated)
    {
        for (var i = 0; i < simulated.Length; i++)
        {
            if (!window.Eligible[i])
            {
                continue;
            }

            // A threshold of zero would make every token fire.
            var fires = actualThreshold > 0 && window.Actual[i] >= actualThreshold;
            var predicted = simulatedThreshold > 0 && simulated[i] >= simulatedThreshold;
            both += fires && predicted ? 1 : 0;
            onlyActual += fires && !predicted ? 1 : 0;
            onlySimulated += predicted && !fires ? 1 : 0;
        }
    }

    /// <summary>Share of simulated firings that are real; null where nothing is simulated to fire.</summary>
    public readonly float? Precision => both + onlySimulated == 0 ? null : both / (float)(both + onlySimulated);

    /// <summary>Share of firings that are simulated; null where nothing fires.</summary>
    public readonly float? Recall => both + onlyActual == 0 ? null : both / (float)(both + onlyActual);

    /// <summary>Harmonic mean of the two, 0 where no firing is met; null where nothing fires on either side.</summary>
    public readonly float? F1 => both + onlyActual + onlySimulated == 0 ? null : 2f * both / ((2 * both) + onlyActual + onlySimulated);
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>One simulator under test: a description's candidate, or the pattern as candidate -1.</summary>
/// <param name="number">-1, or the description's number.</param>
/// <param name="simulate">The simulator, or null where there is none.</param>
/// <param name="failureReason">Why there is none.</param>
internal sealed class Candidate(int number, Simulation? simulate, string? failureReason)
{
    private float? largest;

    public int Number { get; } = number;

    public Simulation? Simulate { get; } = simulate;

    public string? FailureReason { get; } = failureReason;

    /// <summary>The largest simulation on the train exemplars, which are the same for every split: computed once.</summary>
    public float LargestOn(IReadOnlyList<ScoredWindow> trainExemplars)
    {
        if (largest is not { } known)
        {
            known = 0;
            var predicted = new float[trainExemplars.Count == 0 ? 0 : trainExemplars.Max(window => window.Window.Length)];
            foreach (var window in trainExemplars)
            {
                var own = predicted.AsSpan(0, window.Window.Length);
                Simulate!(window.Window, own);
                known = own.IsEmpty ? known : Math.Max(known, System.Numerics.Tensors.TensorPrimitives.Max<float>(own));
            }

            largest = known;
        }

        return known;
    }
}

/// <summary>Everything needed to score one polarity on one split.</summary>
/// <param name="Key">The polarity.</param>
/// <param name="Split">Valid or Test.</param>
/// <param name="Set">Its windows.</param>
/// <param name="Null">Simulation by another neuron's description, or null.</param>
/// <param name="PoolLookup">Baseline from the train pool.</param>
/// <param name="ExemplarLookup">Baseline from the train exemplars.</param>
/// <param name="FiringThreshold">Half the train maximum.</param>
/// <param name="TrainExemplars">Windows that set the scale of simulated firing.</param>
internal sealed record PolarityScoring(
    (int Layer, int Neuron, int Polarity) Key, Split Split, ScoringSet Set, Simulation? Null, Simulation PoolLookup, Simulation ExemplarLookup, float FiringThreshold, IReadOnlyList<ScoredWindow> TrainExemplars)
{
    /// <summary>Random windows of the reference score, beside the top ones.</summary>
    public const int ReferenceControls = 5;

    /// <summary>The rows of all candidates, both scorers.</summary>
    public IEnumerable<ScoreRow> Score(IReadOnlyList<Candidate> candidates, Bootstrap bootstrap)
    {
        var nullCorrelation = Null is null ? null : Set.Correlation(Null);
        var pool = Set.Correlation(PoolLookup);
        var exemplars = Set.Correlation(ExemplarLookup);
        foreach (var candidate in candidates)
        {
            if (candidate.Simulate is null || Set.Exemplars.Count == 0)
            {
                var reason = candidate.FailureReason ?? $"the polarity has no exemplars on {Split.ToString().ToLowerInvariant()}";
                yield return Row(candidate, "reference") with { FailureReason = reason };
                yield return Row(candidate, "simulation") with { NullCorrelation = nullCorrelation, PoolLookupCorrelation = pool, ExemplarLookupCorrelation = exemplars, FailureReason = reason };
                continue;
            }

            var simulated = Set.Simulate(candidate.Simulate);
            var windows = Array.ConvertAll(simulated, window => window.Sums);
            var (total, reference) = (ScoringSet.Total(windows), ScoringSet.Total(windows.AsSpan(0, Set.Exemplars.Count + Math.Min(ReferenceControls, Set.Controls.Count))));
            // Pearson after an in-sample least-squares fit is |r|: a negative slope is turned round.
            var calibrated = reference.Correlation is { } r ? Math.Abs(r) : (float?)null;
            yield return Row(candidate, "reference") with
            {
                Correlation = calibrated,
                Windows = Set.Exemplars.Count + Math.Min(ReferenceControls, Set.Controls.Count),
                SimulatedTokens = (int)reference.Count,
                FailureReason = calibrated is null ? WhyUndefined : null,
            };
            var (low, high) = total.Correlation is null ? (null, null) : bootstrap.Interval(windows);
            var firing = Firing.Of(simulated, FiringThreshold, candidate.LargestOn(TrainExemplars) / 2);
            yield return Row(candidate, "simulation") with
            {
                Correlation = total.Correlation,
                IntervalLow = low,
                IntervalHigh = high,
                NullCorrelation = candidate.Number < 0 ? null : nullCorrelation,
                PoolLookupCorrelation = pool,
                ExemplarLookupCorrelation = exemplars,
                Precision = firing.Precision,
                Recall = firing.Recall,
                F1 = firing.F1,
                Windows = windows.Length,
                SimulatedTokens = (int)total.Count,
                FailureReason = total.Correlation is null ? WhyUndefined : null,
            };
        }
    }

    private const string WhyUndefined = "the simulated or the true activations are the same at every token, so they have no correlation";

    private ScoreRow Row(Candidate candidate, string scorer) =>
        new(Key.Layer, Key.Neuron, Key.Polarity, candidate.Number, scorer, Split, null, null, null, null, null, null, null, null, null, 0, 0, null);
}

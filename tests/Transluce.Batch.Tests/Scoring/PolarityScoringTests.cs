using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Explanation;
using Transluce.Batch.Neurons.Scoring;

namespace Transluce.Batch.Tests.Scoring;

public sealed class PolarityScoringTests
{
    private static readonly Bootstrap Resamples = new(200, 64);
    private static readonly ScoredWindow[] Windows = [.. Enumerable.Range(0, 40).Select(Window)];

    [Fact]
    public void A_perfect_simulator_scores_one_by_both_scorers()
    {
        var rows = Score(new Candidate(0, Truth, null));
        Assert.Equal([("reference", 25, 100), ("simulation", 40, 160)], rows.Select(row => (row.Scorer, row.Windows, row.SimulatedTokens)));
        Assert.All(rows, row => Assert.Equal(1f, row.Correlation!.Value, 1e-5));
        Assert.Equal((1f, 1f, 1f), (rows[1].Precision, rows[1].Recall, rows[1].F1));
        Assert.Equal(1f, rows[1].IntervalLow!.Value, 1e-5);
        Assert.All(rows, row => Assert.Equal((3, 117, -1, 0, Split.Test, null), (row.Layer, row.Neuron, row.Polarity, row.Candidate, row.Split, row.FailureReason)));
    }

    [Fact]
    public void A_negative_correlation_stays_negative_except_in_the_reference()
    {
        var rows = Score(new Candidate(0, (window, predicted) => Each(window, predicted, value => 10 - value), null));
        Assert.Equal((1f, -1f), (MathF.Round(rows[0].Correlation!.Value, 4), MathF.Round(rows[1].Correlation!.Value, 4)));
    }

    [Fact]
    public void The_reference_takes_the_top_windows_and_five_controls_only()
    {
        // Right on the first 25 windows, nonsense on the rest.
        var rows = Score(new Candidate(0, (window, predicted) => Each(window, predicted, value => Number(window) < 25 ? value : -value), null));
        Assert.Equal(1f, rows[0].Correlation!.Value, 1e-5);
        Assert.True(rows[1].Correlation < 0.99f);
    }

    [Fact]
    public void Null_and_baselines_stand_beside_the_score()
    {
        var row = Score(new Candidate(1, Truth, null))[1];
        Assert.Equal(-1f, row.NullCorrelation!.Value, 1e-5);
        Assert.Equal(1f, row.PoolLookupCorrelation!.Value, 1e-5);
        Assert.Null(row.ExemplarLookupCorrelation);
    }

    [Fact]
    public void The_pattern_has_no_null() => Assert.Null(Score(new Candidate(-1, Truth, null))[1].NullCorrelation);

    [Fact]
    public void A_simulator_that_never_varies_has_a_row_with_the_reason()
    {
        var rows = Score(new Candidate(0, (_, predicted) => predicted.Fill(2), null));
        Assert.All(rows, row => Assert.Null(row.Correlation));
        Assert.All(rows, row => Assert.Contains("the same at every token", row.FailureReason, StringComparison.Ordinal));
        Assert.Null(rows[1].IntervalLow);
    }

    [Fact]
    public void A_candidate_that_failed_keeps_its_reason_and_the_baselines()
    {
        var rows = Score(new Candidate(0, null, "no rule explains anything of it"));
        Assert.All(rows, row => Assert.Equal((null, "no rule explains anything of it", 0), (row.Correlation, row.FailureReason, row.Windows)));
        Assert.NotNull(rows[1].PoolLookupCorrelation);
    }

    [Fact]
    public void Without_exemplars_on_the_split_there_is_a_row_with_the_reason()
    {
        var rows = Scoring(new ScoringSet([], Windows[..20])).Score([new Candidate(0, Truth, null)], Resamples).ToArray();
        Assert.Equal(["the polarity has no exemplars on test", "the polarity has no exemplars on test"], rows.Select(row => row.FailureReason));
    }

    [Fact]
    public void Firing_is_counted_at_both_thresholds_over_eligible_tokens()
    {
        var firing = new Firing(2, 0.5f);
        firing.Add(new ScoredWindow(new TokenWindow([1, 2, 3, 4, 5, 6], 0), [2, 3, 1, 0, 9, 4], [true, true, true, true, false, true]), [0.5f, 0.4f, 0.9f, 0.1f, 0.9f, 0.6f]);
        // Fires: 0, 1, 5; simulated: 0, 2, 5; both: 0, 5.
        Assert.Equal((2 / 3f, 2 / 3f, 2 / 3f), (firing.Precision, firing.Recall, firing.F1));
    }

    [Fact]
    public void Where_nothing_fires_there_is_no_precision_or_recall()
    {
        var window = new ScoredWindow(new TokenWindow([1, 2], 0), [1, 1], [true, true]);
        var none = new Firing(0, 0);
        none.Add(window, [1, 1]);
        Assert.Equal((null, null, null), (none.Precision, none.Recall, none.F1));

        var missed = new Firing(1, 5);
        missed.Add(window, [1, 1]);
        Assert.Equal((null, 0f, 0f), (missed.Precision, missed.Recall, missed.F1));
    }

    [Fact]
    public void A_look_up_gives_means_of_tokens_and_the_overall_mean_elsewhere()
    {
        var lookup = new TokenLookup();
        lookup.Add(new ScoredWindow(new TokenWindow([9, 1, 1, 2], 1), [4, 2, 6], [true, true, true]));
        lookup.Add(new ScoredWindow(new TokenWindow([2, 3], 0), [0, 100], [true, false]));
        var predicted = new float[3];
        lookup.Simulate(new TokenWindow([1, 2, 3], 0), predicted);
        Assert.Equal([3f, 3f, 3f], predicted);
        lookup.Add(2, 9, 1);
        lookup.Simulate(new TokenWindow([1, 2, 3], 0), predicted);
        Assert.Equal([3f, 5f, 4.2f], predicted);
    }

    private static ScoreRow[] Score(Candidate candidate) => [.. Scoring(new ScoringSet(Windows[..20], Windows[20..])).Score([candidate], Resamples)];

    private static PolarityScoring Scoring(ScoringSet set) => new(
        (3, 117, -1), Split.Test, set, (window, predicted) => Each(window, predicted, value => -value), Truth, (_, predicted) => predicted.Clear(), 3, Windows[..20]);

    private static int Number(TokenWindow window) => window.TokenIds[0];

    // Four predicted tokens after one of prefix; values 0 … 6, so that half the maximum is 3.
    private static ScoredWindow Window(int number) =>
        new(new TokenWindow([number, 1, 2, 3, 4], 1), [number % 7, (number + 3) % 7, (number * 2) % 7, 6], [true, true, true, true]);

    private static void Truth(TokenWindow window, Span<float> predicted) => Each(window, predicted, value => value);

    private static void Each(TokenWindow window, Span<float> predicted, Func<float, float> change)
    {
        for (var i = 0; i < window.Length; i++)
        {
            predicted[i] = change(Windows[Number(window)].Actual[i]);
        }
    }
}

using CsCheck;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;

namespace Transluce.Batch.Tests.Selection;

public sealed class DescriptionChoiceTests
{
    private static readonly (int Layer, int Neuron, int Polarity) Key = (3, 117, -1);

    [Fact]
    public void The_best_on_valid_is_chosen_and_its_test_score_reported()
    {
        var row = Choose([Text(0), Text(1)], [Score(0, Split.Valid, .4f), Score(0, Split.Test, .9f), Score(1, Split.Valid, .5f), Score(1, Split.Test, .3f), Score(-1, Split.Test, .7f)]);
        Assert.Equal((1, "text 1", .5f, .3f, .7f, null), (row.Candidate, row.Text, row.SelectionScore, row.Score, row.PatternScore, row.FailureReason));
    }

    [Fact]
    public void A_tie_goes_to_the_lower_candidate() =>
        Assert.Equal(0, Choose([Text(1), Text(0)], [Score(1, Split.Valid, .5f), Score(0, Split.Valid, .5f), Score(0, Split.Test, .1f)]).Candidate);

    [Fact]
    public void Reference_scores_and_the_pattern_take_no_part()
    {
        var row = Choose([Text(0)], [Score(0, Split.Valid, .9f) with { Scorer = "reference" }, Score(-1, Split.Valid, .9f)]);
        Assert.Equal((-1, ""), (row.Candidate, row.Text));
        Assert.Equal("no description could be scored on valid: there is no score", row.FailureReason);
    }

    [Fact]
    public void A_neuron_that_cannot_be_described_has_a_row_with_the_reason()
    {
        Assert.Equal("no explanation was made", Choose([], []).FailureReason);
        Assert.Equal("dead", Choose([Text(0) with { Text = "", FailureReason = "dead" }], []).FailureReason);
        Assert.Equal("no description could be scored on valid: constant", Choose([Text(0)], [Score(0, Split.Valid, float.NaN) with { FailureReason = "constant" }]).FailureReason);
    }

    [Fact]
    public void A_description_without_a_score_on_test_is_kept_and_says_so()
    {
        var row = Choose([Text(0)], [Score(0, Split.Valid, .2f), Score(0, Split.Test, null) with { FailureReason = "no exemplars" }]);
        Assert.Equal(("text 0", null, "the description could not be scored on test: no exemplars"), (row.Text, row.Score, row.FailureReason));
    }

    [Fact]
    public void No_candidate_beats_the_chosen_one_on_valid() => Gen.Float[-1, 1].Select(value => value < -0.8f ? (float?)null : value).Array[1, 6].Sample(valid =>
    {
        var row = Choose(
            [.. valid.Select((_, i) => Text(i))],
            [.. valid.SelectMany((value, i) => new[] { Score(i, Split.Valid, value), Score(i, Split.Test, 0.1f * i) })]);
        var best = valid.Where(value => value is not null).DefaultIfEmpty(null).Max();
        Assert.Equal(best, row.SelectionScore);
        Assert.Equal(best is null ? -1 : Array.IndexOf(valid, best), row.Candidate);
    });

    private static DescriptionRow Choose(ExplanationRow[] explanations, ScoreRow[] scores) => DescriptionChoice.Of(Key, dead: false, explanations, scores);

    private static ExplanationRow Text(int candidate) => new(3, 117, -1, candidate, $"text {candidate}", "token-pattern", null, [], 3, 0, null);

    private static ScoreRow Score(int candidate, Split split, float? correlation) =>
        new(3, 117, -1, candidate, "simulation", split, correlation, correlation - .1f, correlation + .1f, .01f, .2f, .1f, .5f, .5f, .5f, 40, 2560, null);
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons;

/// <summary>The rule of the choice: the highest correlation on valid wins, the lower candidate on a tie, and test has no say.</summary>
internal static class DescriptionChoice
{
    private const string Scorer = "simulation";
    private const int PatternCandidate = -1;

    public static DescriptionRow Of(
        (int Layer, int Neuron, int Polarity) key,
        bool dead,
        IReadOnlyList<ExplanationRow> explanations,
        IReadOnlyList<ScoreRow> scores)
    {
        var described = explanations.Where(row => row.FailureReason is null && row.Text.Length > 0).ToArray();
        var chosen = described
            .Select(row => (Explanation: row, Valid: Find(scores, row.Candidate, Split.Valid)))
            .Where(pair => Finite(pair.Valid?.Correlation) is not null)
            .OrderByDescending(pair => pair.Valid!.Correlation)
            .ThenBy(pair => pair.Explanation.Candidate)
            .FirstOrDefault();
        var test = chosen.Explanation is null ? null : Find(scores, chosen.Explanation.Candidate, Split.Test);
        return new DescriptionRow(
            key.Layer,
            key.Neuron,
            key.Polarity,
            chosen.Explanation?.Text ?? "",
            chosen.Explanation?.Explainer ?? (explanations.Count > 0 ? explanations[0].Explainer : ""),
            chosen.Explanation?.Candidate ?? -1,
            Finite(chosen.Valid?.Correlation),
            Finite(test?.Correlation),
            Finite(test?.IntervalLow),
            Finite(test?.IntervalHigh),
            Finite(test?.NullCorrelation),
            Finite(Find(scores, PatternCandidate, Split.Test)?.Correlation),
            dead,
            chosen.Explanation is null ? WhyNone(explanations, described, scores) : WhyNoScore(test));
    }

    private static string WhyNone(IReadOnlyList<ExplanationRow> explanations, ExplanationRow[] described, IReadOnlyList<ScoreRow> scores)
    {
        if (explanations.Count == 0)
        {
            return "no explanation was made";
        }

        return described.Length == 0
            ? explanations.Select(row => row.FailureReason).FirstOrDefault(reason => reason is not null) ?? "every explanation is empty"
            : $"no description could be scored on valid: {described.Select(row => Find(scores, row.Candidate, Split.Valid)?.FailureReason).FirstOrDefault(reason => reason is not null) ?? "there is no score"}";
    }

    private static string? WhyNoScore(ScoreRow? test) =>
        Finite(test?.Correlation) is null ? $"the description could not be scored on test: {test?.FailureReason ?? "there is no score"}" : null;

    private static ScoreRow? Find(IReadOnlyList<ScoreRow> scores, int candidate, Split split) =>
        scores.FirstOrDefault(row => row.Candidate == candidate && row.Split == split && row.Scorer == Scorer);

    private static float? Finite(float? value) => value is { } number && float.IsFinite(number) ? number : null;
}

using System.Globalization;
using Spectre.Console;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Writes what is known about a neuron: statistics, and for each polarity its description, scores and exemplars.</summary>
internal static class NeuronPage
{
    private const int TokensBefore = 24;
    private const int TokensAfter = 10;

    public static void Write(Terminal terminal, NeuronStatisticsRow statistics, IReadOnlyList<NeuronReport> polarities)
    {
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"Layer {statistics.Layer}, neuron {statistics.Neuron}{(statistics.Dead ? " (dead)" : "")}"));
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"  over {Quantity.Count(statistics.TokenCount)} train tokens: mean {statistics.Mean:0.####}, standard deviation {statistics.StandardDeviation:0.####}, "
            + $"positive {Quantity.Percent(statistics.FractionPositive)}, from {statistics.Minimum:0.###} to {statistics.Maximum:0.###}"));
        var quantiles = statistics.QuantileLevels.Zip(statistics.QuantileValues).Where(pair => pair.First is 1e-3 or 1e-2 or 0.99 or 0.999 or 0.9999);
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"  quantiles: {string.Join(", ", quantiles.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.First:G} → {pair.Second:0.###}")))}"));
        foreach (var polarity in polarities)
        {
            Write(terminal, polarity);
        }

        terminal.Line();
        if (!terminal.Colours)
        {
            terminal.Line(ShadedTokens.Legend);
        }
    }

    public static void WriteExemplars(Terminal terminal, IEnumerable<ShownExemplar> exemplars, string indent)
    {
        foreach (var exemplar in exemplars)
        {
            var head = string.Create(CultureInfo.InvariantCulture, $"{indent}{exemplar.Row.Rank,3}  {exemplar.Row.Activation,7:0.00}  ");
            terminal.Markup(head, ShadedTokens.Render(exemplar.Texts, exemplar.Activations, exemplar.Row.PeakPosition, exemplar.Start, TokensBefore, TokensAfter, terminal.Colours));
        }
    }

    private static void Write(Terminal terminal, NeuronReport report)
    {
        var description = report.Description;
        terminal.Line();
        terminal.Line($"Polarity {(description.Polarity > 0 ? "+1 (largest activations)" : "-1 (smallest activations)")}");
        terminal.Line($"  {(description.Text.Length > 0 ? InertText.Of(description.Text) : $"no description: {InertText.Of(description.FailureReason ?? "")}")}");
        if (description.Text.Length > 0)
        {
            terminal.Line(description.Score is null
                ? $"  no score: {InertText.Of(description.FailureReason ?? "")}"
                : $"  score on test {Quantity.Score(description.Score)} (95 % interval {Quantity.Score(description.IntervalLow)} to {Quantity.Score(description.IntervalHigh)}), "
                    + $"null {Quantity.Score(description.NullScore)}, stored pattern {Quantity.Score(description.PatternScore)}");
        }

        if (report.Scores.Count > 0)
        {
            terminal.Line("  correlation r of each prediction, beside null (another neuron's description) and look-up of the token in the pool and in the exemplars:");
            // The published way of scoring is of interest for what was chosen; the other candidates' rows are in the table.
            WriteScores(terminal, report.Scores
                .Where(row => row.Scorer == "simulation" || row.Candidate == description.Candidate || row.Candidate < 0)
                .OrderByDescending(row => row.Scorer, StringComparer.Ordinal).ThenBy(row => row.Candidate).ThenBy(row => row.Split));
        }

        terminal.Line($"  strongest windows of {(report.Exemplars.Count > 0 ? report.Exemplars[0].Row.Split.ToString().ToLowerInvariant() : "the split")}: rank, activation, text");
        WriteExemplars(terminal, report.Exemplars, "  ");
        if (report.Exemplars.Count == 0)
        {
            terminal.Line("    none: no window reaches this polarity");
        }
    }

    private static void WriteScores(Terminal terminal, IEnumerable<ScoreRow> scores)
    {
        var table = Terminal.TableOf("scorer", ">candidate", "split", ">r", ">null", ">pool", ">exemplars", ">precision", ">recall", ">F1", "remark");
        foreach (var row in scores)
        {
            table.AddRow(
                Terminal.Cell(row.Scorer),
                row.Candidate < 0 ? "pattern" : row.Candidate.ToString(CultureInfo.InvariantCulture),
                row.Split.ToString().ToLowerInvariant(),
                Quantity.Score(row.Correlation),
                Quantity.Score(row.NullCorrelation),
                Quantity.Score(row.PoolLookupCorrelation),
                Quantity.Score(row.ExemplarLookupCorrelation),
                Quantity.Score(row.Precision),
                Quantity.Score(row.Recall),
                Quantity.Score(row.F1),
                Terminal.Cell(row.FailureReason ?? ""));
        }

        terminal.Write(table);
    }
}

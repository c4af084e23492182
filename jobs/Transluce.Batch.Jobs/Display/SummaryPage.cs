using System.Globalization;
using Spectre.Console;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Writes what a run found, for someone who sees this for the first time.</summary>
internal static class SummaryPage
{
    private const int FailuresShown = 5;

    public static void Write(Terminal terminal, RunSummary summary)
    {
        terminal.Line();
        terminal.Line($"{Whole(summary.Described)} of {Whole(summary.Polarities)} polarities described (a neuron has two: what drives it up, and what drives it down); {Whole(summary.DeadNeurons)} dead neurons");
        foreach (var (reason, count) in summary.Failures.OrderByDescending(pair => pair.Value).Take(FailuresShown))
        {
            terminal.Line($"  {Whole(count)} without: {InertText.Of(reason, 100)}");
        }

        terminal.Line();
        terminal.Line("How well does a predictor foretell the activations, on text that nothing was learnt from?");
        terminal.Line("(signed correlation of predicted and true activation over 40 windows; 1 is perfect, 0 is chance)");
        WriteScores(terminal, summary);
    }

    public static void WriteBest(Terminal terminal, IReadOnlyList<(DescriptionRow Row, IReadOnlyList<ShownExemplar> Exemplars)> best)
    {
        terminal.Line($"The {best.Count} best neurons, each with its strongest windows of train");
        if (!terminal.Colours)
        {
            terminal.Line($"({ShadedTokens.Legend})");
        }

        foreach (var (row, exemplars) in best)
        {
            terminal.Line();
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"layer {row.Layer}, neuron {row.Neuron}, polarity {row.Polarity:+0;-0}: score {Quantity.Score(row.Score)} ({Quantity.Score(row.IntervalLow)} to {Quantity.Score(row.IntervalHigh)})"));
            terminal.Line($"  {InertText.Of(row.Text)}");
            NeuronPage.WriteExemplars(terminal, exemplars, "  ");
        }
    }

    private static void WriteScores(Terminal terminal, RunSummary summary)
    {
        var table = Terminal.TableOf("predictor", ">polarities", ">mean", ">10 %", ">median", ">90 %", "-0.2 … 1");
        Row("the description (its text, parsed)", summary.Descriptions);
        Row("the stored pattern", summary.Patterns);
        Row("look-up of the token, dense pool", summary.PoolLookups);
        Row("look-up of the token, exemplars only", summary.ExemplarLookups);
        Row("null: another neuron's description", summary.Nulls);
        terminal.Write(table);

        void Row(string name, ScoreDistribution scores) => table.AddRow(
            Terminal.Cell(name),
            Whole(scores.Count),
            Number(scores.Mean),
            Number(scores.Quantile(0.1)),
            Number(scores.Quantile(0.5)),
            Number(scores.Quantile(0.9)),
            Sparkline.Of(scores.Histogram(-0.2, 1, 24)));
    }

    private static string Number(double value) => double.IsNaN(value) ? "-" : value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Whole(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

using System.CommandLine;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary><c>summary</c>: what a run found: how many neurons are described, how well, and the ten best.</summary>
internal static class SummaryVerb
{
    private const int ExemplarsShown = 3;

    public static Command Create(Terminal terminal)
    {
        var store = VerbArguments.Store();
        var run = VerbArguments.Run();
        var command = new Command("summary", "Shows what a run found: scores against null and baselines, and the ten best neurons.") { store, run };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(store), parsed.GetValue(run), terminal));
        return command;
    }

    private static int Run(string folder, string? runId, Terminal terminal)
    {
        using var store = VerbArguments.OpenStore(folder);
        var tables = RunTables.Open(store, runId);
        var scores = tables.Of(StageNames.Score).Read<ScoreRow>();
        var summary = RunSummary.Of(tables.Of(StageNames.Select).Read<DescriptionRow>(), scores);
        terminal.Line($"Run {tables.Plan.RunId} in {InertText.Of(store.Location)}");
        SummaryPage.Write(terminal, summary);
        SummaryPage.WriteBest(terminal, [.. summary.Best.Select(row => (row, tables.Exemplars(row.Layer, row.Neuron, row.Polarity, Split.Train, ExemplarsShown)))]);
        WriteNextSteps(terminal, folder, tables, summary);
        return ExitCode.Done;
    }

    private static void WriteNextSteps(Terminal terminal, string folder, RunTables tables, RunSummary summary)
    {
        var neuron = summary.Best.Count > 0 ? $"{summary.Best[0].Layer} {summary.Best[0].Neuron}" : "0 0";
        var store = folder == "store" ? "" : $" --store {InertText.Of(folder)}";
        terminal.Line();
        terminal.Line("What to try next");
        terminal.Line($"  ./transluce-batch neuron {neuron}{store}            everything about one neuron");
        terminal.Line($"  ./transluce-batch artifacts list{store}         the tables, as Parquet; any reader opens them, for example");
        terminal.Line($"      duckdb -c \"select layer, neuron, polarity, score, text from '{InertText.Of(folder)}/{ArtifactPaths.Artifact(StageNames.Select, tables.Plan[StageNames.Select].Key)}/descriptions/*.parquet' order by score desc limit 20\"");
        terminal.Line("  change something under 'explanation:' in the YAML file and run again: only explain, score and select are done anew");
    }
}

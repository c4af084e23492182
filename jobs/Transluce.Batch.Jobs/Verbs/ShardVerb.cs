using System.CommandLine;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>
/// <c>shard</c>, hidden: runs one shard of one stage, given the store and the run alone. Executors on other machines end in it.
/// </summary>
internal static class ShardVerb
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var store = new Option<string>("--store") { Description = "Folder of the artifact store.", HelpName = "FOLDER", Required = true };
        var run = new Option<string>("--run") { Description = "The run, whose plan.json says everything else.", HelpName = "RUN", Required = true };
        var stage = new Option<string>("--stage") { Description = "The stage's name.", HelpName = "NAME", Required = true };
        var shard = new Option<int>("--shard") { Description = "Number of the shard, from 0.", HelpName = "N", Required = true };
        var command = new Command("shard", "Runs one shard of one stage of a planned run.") { store, run, stage, shard };
        command.Hidden = true;
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(store), parsed.GetRequiredValue(run), parsed.GetRequiredValue(stage), parsed.GetRequiredValue(shard), terminal, cancellationToken));
        return command;
    }

    private static int Run(string folder, string run, string stage, int shard, Terminal terminal, CancellationToken cancellationToken)
    {
        using var store = VerbArguments.OpenStore(folder);
        var plan = RunPlan.Load(store, run);
        var outcome = ShardRunner.Run(
            store, run, stage, shard, _ => PreparedJob.OfPlan(plan, stage).Graph.Stages, new SilentObserver(), terminal.Clock, cancellationToken);
        terminal.Line($"{stage} {shard}: {(outcome.Reused ? "was done already" : "done")}, {outcome.Record.Parts.Sum(part => part.Rows)} rows");
        foreach (var warning in outcome.Record.Warnings)
        {
            terminal.Error.WriteLine(InertText.Of(warning));
        }

        return ExitCode.Done;
    }
}

using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary><c>plan</c>: what a run would do, what is there already, and what the rest will cost. Writes nothing.</summary>
internal static class PlanVerb
{
    private const int KeyCharacters = 12;

    public static Command Create(Terminal terminal)
    {
        var config = VerbArguments.Config();
        var command = new Command("plan", "Shows stages, shards, what is there already, and what the rest will cost; does nothing.") { config };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config), terminal));
        return command;
    }

    private static int Run(string config, Terminal terminal)
    {
        var job = PreparedJob.Read(config);
        var plan = job.Plan(terminal.Clock);
        terminal.Line(job.Summary);
        var folder = job.Store;
        using var store = Directory.Exists(folder) ? new FileSystemStore(folder) : null;
        terminal.Line(store is null ? $"Store: {InertText.Of(folder)} (not there yet)" : $"Store: {InertText.Of(store.Location)}");
        Write(terminal, job, plan, store);
        return ExitCode.Done;
    }

    private static void Write(Terminal terminal, PreparedJob job, RunPlan plan, FileSystemStore? store)
    {
        var table = Terminal.TableOf("stage", "artifact", ">shards", ">there", ">tokens", ">bytes", ">time");
        var rate = job.TokensPerSecond();
        var (tokens, bytes, seconds) = (0.0, 0.0, 0.0);
        // A stage that takes a file each is one line, however many files there are.
        foreach (var files in plan.Stages.GroupBy(planned => planned.Stage).Select(group => group.ToArray()))
        {
            var (done, shards) = (0, files.Sum(planned => planned.ShardCount));
            var cost = (Tokens: 0.0, Bytes: 0.0, Seconds: 0.0);
            foreach (var planned in files)
            {
                var own = store is null ? 0 : StageProgress.Inspect(store, planned).DoneShards.Count;
                var estimate = job.Graph[planned.Id].Estimate();
                var left = 1 - ((double)own / planned.ShardCount);
                done += own;
                cost = (cost.Tokens + (left * estimate.ForwardTokens), cost.Bytes + (left * estimate.Bytes), cost.Seconds + (left * ((estimate.ForwardTokens > 0 ? estimate.ForwardTokens / rate : 0) + estimate.Seconds)));
            }

            (tokens, bytes, seconds) = (tokens + cost.Tokens, bytes + cost.Bytes, seconds + cost.Seconds);
            table.AddRow(
                Terminal.Cell(files[0].Stage),
                Terminal.Cell(files.Length == 1 ? files[0].Key[..KeyCharacters] : $"{files.Length} files"),
                shards.ToString(CultureInfo.InvariantCulture),
                done == shards ? "all" : done.ToString(CultureInfo.InvariantCulture),
                Cost(cost.Tokens, Quantity.Count),
                Cost(cost.Bytes, Quantity.Bytes),
                Cost(cost.Seconds, Quantity.Time));
        }

        terminal.Write(table);
        terminal.Line(seconds > 0 && rate == 0
            ? $"Still to do: about {Quantity.Bytes(bytes)} and {Quantity.Time(seconds)}."
            : seconds > 0
            ? $"Still to do: {Quantity.Count(tokens)} tokens through the model, about {Quantity.Bytes(bytes)} and {Quantity.Time(seconds)} (rough: {Quantity.Count(rate)} tokens a second, from a measurement of a few milliseconds)."
            : "Nothing is left to do.");
    }

    private static string Cost(double amount, Func<double, string> show) => amount > 0 ? show(amount) : "-";
}

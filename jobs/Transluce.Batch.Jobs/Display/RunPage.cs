using System.Globalization;
using Spectre.Console;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Writes what a run did.</summary>
internal static class RunPage
{
    /// <summary>Native libraries put their stack into the message; all of it is in the run's events file.</summary>
    private const int ReasonCharacters = 1000;

    public static void Write(Terminal terminal, RunRecord record)
    {
        if (record.Stages.All(stage => stage.Status == StageStatus.Reused))
        {
            terminal.Line("Nothing to do: every artifact of this configuration is complete.");
            return;
        }

        var table = Terminal.TableOf("stage", "status", ">shards run", ">reused", ">rows", ">bytes", ">time");
        // A stage that takes a file each is one line, however many files there are.
        foreach (var stage in record.Stages.GroupBy(stage => stage.Stage))
        {
            table.AddRow(
                Terminal.Cell(stage.Key),
                Words(stage.Max(file => file.Status)),
                Number(stage.Sum(file => file.ShardsRun)),
                Number(stage.Sum(file => file.ShardsReused)),
                Quantity.Count(stage.Sum(file => file.Rows.Values.Sum())),
                Quantity.Bytes(stage.Sum(file => file.Bytes)),
                Quantity.Time(stage.Sum(file => file.Seconds)));
        }

        terminal.Write(table);
        foreach (var stage in record.Stages)
        {
            WriteRemarks(terminal, stage);
        }
    }

    private static void WriteRemarks(Terminal terminal, StageRecord stage)
    {
        foreach (var warning in stage.Warnings)
        {
            terminal.Error.WriteLine($"Note, {StageId.Of(stage.Stage, stage.Partition)}: {InertText.Of(warning.Message)}");
        }

        foreach (var failure in stage.Failures)
        {
            terminal.Error.WriteLine($"Failed, {StageId.Of(stage.Stage, stage.Partition)} {failure.Shard}: {InertText.Of(failure.Reason, ReasonCharacters)}");
        }
    }

    private static string Words(StageStatus status) => status switch
    {
        StageStatus.PartlyResumed => "resumed",
        StageStatus.NotStarted => "not started",
        _ => status.ToString().ToLowerInvariant(),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

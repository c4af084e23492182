using System.Globalization;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Shows a run while it goes on: a line per stage, and how far the stage is.</summary>
internal sealed class RunProgress(Terminal terminal) : RunObserver
{
    private readonly ProgressLines lines = new(terminal);
    private readonly Dictionary<int, (long Done, long Total)> shards = [];
    private readonly Dictionary<string, Files> files = [];
    private int reused;

    public override void RunStarted(RunPlan plan)
    {
        foreach (var partitions in plan.Stages.Where(stage => stage.Partition is not null).GroupBy(stage => stage.Stage))
        {
            files[partitions.Key] = new Files { Total = partitions.Count() };
        }
    }

    public override void StageStarted(PlannedStage stage, StageProgress progress)
    {
        if (stage.Partition is not null)
        {
            return;
        }

        shards.Clear();
        reused = progress.DoneShards.Count;
        if (!progress.Complete && stage.ShardCount > 1)
        {
            lines.Line(string.Create(CultureInfo.InvariantCulture, $"{stage.Stage}: {stage.ShardCount} shards{(reused > 0 ? $", {reused} there already" : "")}"));
        }
    }

    public override void ShardProgress(PlannedStage stage, int shard, long done, long total, string unit)
    {
        if (stage.Partition is not null)
        {
            return;
        }

        shards[shard] = (done, total);
        var share = (reused + shards.Values.Sum(progress => progress.Total > 0 ? (double)progress.Done / progress.Total : 0)) / stage.ShardCount;
        var place = stage.ShardCount > 1 ? string.Create(CultureInfo.InvariantCulture, $"shard {shard + 1} of {stage.ShardCount}, ") : "";
        lines.Report(stage.Stage, share, shards.Values.Sum(progress => progress.Done), unit, $"{place}{Quantity.Count(done)} of {Quantity.Count(total)} {unit}");
    }

    public override void ShardFinished(PlannedStage stage, int shard, TimeSpan elapsed) => shards[shard] = shards.TryGetValue(shard, out var last) ? (last.Total, last.Total) : (1, 1);

    public override void ShardFailed(PlannedStage stage, int shard, string reason) =>
        lines.Line($"{stage.Id} {shard} failed: {InertText.Of(reason, 200)}");

    public override void StageFinished(StageRecord record)
    {
        if (record.Partition is null)
        {
            lines.Line(Words(record));
            return;
        }

        var counted = files[record.Stage];
        counted.Finished++;
        counted.Reused += record.Status == StageStatus.Reused ? 1 : 0;
        counted.Failed += record.Status is StageStatus.Reused or StageStatus.Done or StageStatus.PartlyResumed ? 0 : 1;
        if (counted.Finished < counted.Total)
        {
            lines.Report(record.Stage, (double)counted.Finished / counted.Total, counted.Finished, "files", $"{counted.Finished} of {counted.Total} files");
            return;
        }

        lines.Line(counted.Reused == counted.Total
            ? $"{record.Stage}: all {counted.Total} files there already"
            : $"{record.Stage}: {counted.Total} files{(counted.Reused > 0 ? $", {counted.Reused} there already" : "")}{(counted.Failed > 0 ? $", {counted.Failed} not done" : "")}");
    }

    private static string Words(StageRecord record) => record.Status switch
    {
        StageStatus.Reused => $"{record.Stage}: there already",
        StageStatus.Done or StageStatus.PartlyResumed => $"{record.Stage}: done in {Quantity.Time(record.Seconds)}",
        StageStatus.NotStarted => $"{record.Stage}: not started, an input is missing",
        StageStatus.Cancelled => $"{record.Stage}: stopped",
        _ => $"{record.Stage}: failed",
    };

    public override void RunFinished(RunRecord record) => lines.Clear();

    private sealed class Files
    {
        public required int Total { get; init; }

        public int Finished { get; set; }

        public int Reused { get; set; }

        public int Failed { get; set; }
    }
}

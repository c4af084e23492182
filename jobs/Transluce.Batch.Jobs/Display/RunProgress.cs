using System.Globalization;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Shows a run while it goes on: a line per stage, and how far the stage is.</summary>
internal sealed class RunProgress(Terminal terminal) : RunObserver
{
    private readonly ProgressLines lines = new(terminal);
    private readonly Dictionary<int, (long Done, long Total)> shards = [];
    private int reused;

    public override void StageStarted(PlannedStage stage, StageProgress progress)
    {
        shards.Clear();
        reused = progress.DoneShards.Count;
        if (!progress.Complete && stage.ShardCount > 1)
        {
            lines.Line(string.Create(CultureInfo.InvariantCulture, $"{stage.Stage}: {stage.ShardCount} shards{(reused > 0 ? $", {reused} there already" : "")}"));
        }
    }

    public override void ShardProgress(PlannedStage stage, int shard, long done, long total, string unit)
    {
        shards[shard] = (done, total);
        var share = (reused + shards.Values.Sum(progress => progress.Total > 0 ? (double)progress.Done / progress.Total : 0)) / stage.ShardCount;
        var place = stage.ShardCount > 1 ? string.Create(CultureInfo.InvariantCulture, $"shard {shard + 1} of {stage.ShardCount}, ") : "";
        lines.Report(stage.Stage, share, shards.Values.Sum(progress => progress.Done), unit, $"{place}{Quantity.Count(done)} of {Quantity.Count(total)} {unit}");
    }

    public override void ShardFinished(PlannedStage stage, int shard, TimeSpan elapsed) => shards[shard] = shards.TryGetValue(shard, out var last) ? (last.Total, last.Total) : (1, 1);

    public override void ShardFailed(PlannedStage stage, int shard, string reason) =>
        lines.Line($"{stage.Stage} {shard} failed: {InertText.Of(reason, 200)}");

    public override void StageFinished(StageRecord record) => lines.Line(record.Status switch
    {
        StageStatus.Reused => $"{record.Stage}: there already",
        StageStatus.Done or StageStatus.PartlyResumed => $"{record.Stage}: done in {Quantity.Time(record.Seconds)}",
        StageStatus.NotStarted => $"{record.Stage}: not started, an input is missing",
        StageStatus.Cancelled => $"{record.Stage}: stopped",
        _ => $"{record.Stage}: failed",
    });

    public override void RunFinished(RunRecord record) => lines.Clear();
}

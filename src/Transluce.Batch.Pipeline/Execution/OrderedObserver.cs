namespace Transluce.Batch.Pipeline;

/// <summary>Passes calls of many threads on, one at a time.</summary>
internal sealed class OrderedObserver(RunObserver inner) : RunObserver
{
    private readonly Lock gate = new();

    public override void RunStarted(RunPlan plan) => Pass(() => inner.RunStarted(plan));

    public override void StageStarted(PlannedStage stage, StageProgress progress) => Pass(() => inner.StageStarted(stage, progress));

    public override void ShardStarted(PlannedStage stage, int shard) => Pass(() => inner.ShardStarted(stage, shard));

    public override void ShardProgress(PlannedStage stage, int shard, long done, long total, string unit) => Pass(() => inner.ShardProgress(stage, shard, done, total, unit));

    public override void ShardFinished(PlannedStage stage, int shard, TimeSpan elapsed) => Pass(() => inner.ShardFinished(stage, shard, elapsed));

    public override void ShardFailed(PlannedStage stage, int shard, string reason) => Pass(() => inner.ShardFailed(stage, shard, reason));

    public override void StageFinished(StageRecord record) => Pass(() => inner.StageFinished(record));

    public override void RunFinished(RunRecord record) => Pass(() => inner.RunFinished(record));

    private void Pass(Action call)
    {
        lock (gate)
        {
            call();
        }
    }
}

namespace Transluce.Batch.Pipeline;

/// <summary>Is told what a run does, to show it. Calls come from several threads, one at a time. A class to derive from: every method does nothing.</summary>
public abstract class RunObserver
{
    public virtual void RunStarted(RunPlan plan) { }

    /// <summary>A stage begins; <paramref name="progress"/> says which shards are there already.</summary>
    public virtual void StageStarted(PlannedStage stage, StageProgress progress) { }

    public virtual void ShardStarted(PlannedStage stage, int shard) { }

    /// <summary><paramref name="done"/> of <paramref name="total"/> units; a total of 0 is unknown.</summary>
    public virtual void ShardProgress(PlannedStage stage, int shard, long done, long total, string unit) { }

    public virtual void ShardFinished(PlannedStage stage, int shard, TimeSpan elapsed) { }

    public virtual void ShardFailed(PlannedStage stage, int shard, string reason) { }

    public virtual void StageFinished(StageRecord record) { }

    public virtual void RunFinished(RunRecord record) { }
}

/// <summary>Shows nothing.</summary>
public sealed class SilentObserver : RunObserver;

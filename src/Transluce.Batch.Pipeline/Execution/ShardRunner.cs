using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>
/// Runs one shard. Every executor ends here; safe to run twice, also at the same time on two machines: the loser finds its own bytes.
/// </summary>
public static class ShardRunner
{
    /// <summary>Runs a shard given only the store and the run, as the hidden verb does in a process of its own.</summary>
    /// <param name="store">Where the run and its artifacts are.</param>
    /// <param name="runId">The run.</param>
    /// <param name="stageName">The stage.</param>
    /// <param name="shard">0 … shard count − 1.</param>
    /// <param name="rebuildStages">Makes the job's stages from the plan's resolved configuration.</param>
    /// <param name="observer">Is told of the shard's progress.</param>
    /// <param name="clock">For the events file.</param>
    /// <param name="cancellationToken">Stops the shard at its next check, without a trace.</param>
    /// <exception cref="PipelineException">This program or machine would make other artifacts than the plan names, or there is no such shard.</exception>
    /// <exception cref="ArtifactException">The plan or an input is missing or damaged, or the stage refuses its input.</exception>
    public static ShardOutcome Run(
        IObjectStore store,
        string runId,
        string stageName,
        int shard,
        Func<JsonObject, IReadOnlyList<Stage>> rebuildStages,
        RunObserver observer,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var plan = RunPlan.Load(store, runId);
        var planned = plan[stageName];
        if (shard < 0 || shard >= planned.ShardCount)
        {
            throw new PipelineException($"Stage '{stageName}' of run '{runId}' has shards 0 to {planned.ShardCount - 1}; there is no shard {shard}.");
        }

        var graph = new PipelineGraph(rebuildStages(plan.Config));
        PlanCheck.Require(plan, graph);
        RequireInputs(store, plan, planned);
        var outcome = Run(store, plan, graph[stageName], shard, observer, new EventLog(store, runId, clock), clock, cancellationToken);
        TryCompleteStage(store, planned);
        return outcome;
    }

    /// <summary>Writes the manifest where every shard is done. Every process that finishes a shard may try: one wins, the others find the same bytes.</summary>
    /// <returns>The manifest, or null where shards are missing.</returns>
    internal static Manifest? TryCompleteStage(IObjectStore store, PlannedStage planned)
    {
        // From the last shard down: the last one is usually the missing one, and one look is enough.
        for (var shard = planned.ShardCount - 1; shard >= 0; shard--)
        {
            if (!store.Exists(ArtifactPaths.Completion(planned.Stage, planned.Key, shard)))
            {
                return null;
            }
        }

        var records = Enumerable.Range(0, planned.ShardCount).Select(s => CompletionRecord.Load(store, planned.Stage, planned.Key, s));
        var manifest = Manifest.Create(planned.Recipe, [.. records]);

        // Crash before this: every shard is done, no manifest -> the next run writes it and computes nothing.
        store.PutIfAbsent(ArtifactPaths.Manifest(planned.Stage, planned.Key), ArtifactJson.Serialize(manifest));
        return manifest;
    }

    internal static ShardOutcome Run(
        IObjectStore store,
        RunPlan plan,
        Stage stage,
        int shard,
        RunObserver observer,
        EventLog events,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var planned = plan[stage.Id];
        if (StageProgress.IsDone(store, planned, shard))
        {
            events.Add(stage.Id, shard, "reused");
            return new ShardOutcome(CompletionRecord.Load(store, planned.Stage, planned.Key, shard), true, new Dictionary<string, double>());
        }

        events.Add(stage.Id, shard, "started");
        var start = clock.GetTimestamp();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var running = new RunningShard(store, plan, stage, shard, (done, total, unit) => observer.ShardProgress(planned, shard, done, total, unit));
            stage.RunShard(running, cancellationToken);
            var record = running.Publish();
            events.Add(stage.Id, shard, "finished", clock.GetElapsedTime(start).TotalSeconds, measures: running.Measures);
            return new ShardOutcome(record, false, running.Measures);
        }
        catch (Exception exception)
        {
            var cancelled = exception is OperationCanceledException && cancellationToken.IsCancellationRequested;
            events.Add(stage.Id, shard, cancelled ? "cancelled" : "failed", clock.GetElapsedTime(start).TotalSeconds, cancelled ? null : exception.ToString());
            throw;
        }
    }

    private static void RequireInputs(IObjectStore store, RunPlan plan, PlannedStage planned)
    {
        foreach (var input in planned.Recipe.Inputs.Select(plan.Of))
        {
            if (!Manifest.Exists(store, input.Stage, input.Key))
            {
                throw new PipelineException($"Stage '{planned.Id}' needs '{input.Stage}/{input.Key}', which is not complete in '{store.Location}'. Run the shards of '{input.Id}' first.");
            }
        }
    }
}

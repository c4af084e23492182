using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>Runs a plan in this process: stage after stage, several shards of a stage at a time, each on a thread of its own.</summary>
/// <param name="store">Where everything goes.</param>
/// <param name="graph">The stages the plan was made from.</param>
/// <param name="plan">Saved before any work.</param>
/// <param name="parallelism">Shards at a time of stages that leave cores free; 0 takes the number of cores.</param>
/// <param name="observer">Is told what happens.</param>
/// <param name="clock">For the run record.</param>
public sealed class InProcessExecutor(IObjectStore store, PipelineGraph graph, RunPlan plan, int parallelism, RunObserver observer, TimeProvider clock)
{
    private readonly OrderedObserver observer = new(observer);

    /// <summary>Runs what is missing. A failed shard fails its stage after the other shards are through; stages that need it are not started.</summary>
    /// <returns>What was done; its status says whether all of it succeeded.</returns>
    public RunRecord Run(CancellationToken cancellationToken)
    {
        plan.Save(store);
        var journal = new RunJournal(store, plan, clock);
        var events = new EventLog(store, plan.RunId, clock);
        observer.RunStarted(plan);
        var incomplete = new HashSet<string>();
        foreach (var stage in graph.Stages)
        {
            var blocked = stage.Inputs.Any(i => incomplete.Contains(i.Stage.Name));
            if (blocked || cancellationToken.IsCancellationRequested)
            {
                incomplete.Add(stage.Name);
                observer.StageFinished(journal.Change(stage.Name, s => s with { Status = blocked ? StageStatus.NotStarted : StageStatus.Cancelled }));
                continue;
            }

            var run = new StageRun(store, plan, stage, Parallelism(stage), observer, journal, events, clock);
            if (!run.Run(cancellationToken))
            {
                incomplete.Add(stage.Name);
            }
        }

        var status = incomplete.Count == 0 ? RunStatus.Succeeded : cancellationToken.IsCancellationRequested ? RunStatus.Cancelled : RunStatus.Failed;
        var record = journal.Finish(status, clock.GetUtcNow());
        observer.RunFinished(record);
        return record;
    }

    private int Parallelism(Stage stage) => stage.UsesAllCores ? 1 : parallelism > 0 ? parallelism : Environment.ProcessorCount;
}

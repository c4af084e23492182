using System.Collections.Concurrent;
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
        foreach (var together in Together())
        {
            // What blocks a stage was settled by an earlier group.
            if (together is [var alone])
            {
                if (!Run(alone, Parallelism(alone), incomplete, journal, events, cancellationToken))
                {
                    incomplete.Add(alone.Id);
                }

                continue;
            }

            var failed = new ConcurrentBag<string>();
            Parallel.ForEach(together, new ParallelOptions { MaxDegreeOfParallelism = Parallelism(together[0]) }, stage =>
            {
                if (!Run(stage, 1, incomplete, journal, events, cancellationToken))
                {
                    failed.Add(stage.Id);
                }
            });
            incomplete.UnionWith(failed);
        }

        var status = incomplete.Count == 0 ? RunStatus.Succeeded : cancellationToken.IsCancellationRequested ? RunStatus.Cancelled : RunStatus.Failed;
        var record = journal.Finish(status, clock.GetUtcNow());
        observer.RunFinished(record);
        return record;
    }

    private bool Run(Stage stage, int threads, HashSet<string> incomplete, RunJournal journal, EventLog events, CancellationToken cancellationToken)
    {
        var blocked = stage.Inputs.Any(i => incomplete.Contains(i.Stage.Id));
        if (blocked || cancellationToken.IsCancellationRequested)
        {
            observer.StageFinished(journal.Change(stage.Id, s => s with { Status = blocked ? StageStatus.NotStarted : StageStatus.Cancelled }));
            return false;
        }

        return new StageRun(store, plan, stage, threads, observer, journal, events, clock).Run(cancellationToken);
    }

    /// <summary>Neighbouring stages that take a file each run side by side; any other stage by itself.</summary>
    private List<List<Stage>> Together()
    {
        var groups = new List<List<Stage>>();
        foreach (var stage in graph.Stages)
        {
            if (stage.Partition is not null && groups.Count > 0 && groups[^1][0] is { Partition: not null } first && first.Name == stage.Name)
            {
                groups[^1].Add(stage);
            }
            else
            {
                groups.Add([stage]);
            }
        }

        return groups;
    }

    private int Parallelism(Stage stage) => stage.UsesAllCores ? 1 : parallelism > 0 ? parallelism : Environment.ProcessorCount;
}

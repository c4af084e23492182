using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>One stage within a run: which shards are missing, their threads, and the manifest at the end.</summary>
internal sealed class StageRun(
    IObjectStore store,
    RunPlan plan,
    Stage stage,
    int parallelism,
    RunObserver observer,
    RunJournal journal,
    EventLog events,
    TimeProvider clock)
{
    private readonly PlannedStage planned = plan[stage.Id];

    /// <returns>Whether the artifact is complete.</returns>
    public bool Run(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        try
        {
            var progress = StageProgress.Inspect(store, planned);
            observer.StageStarted(planned, progress);
            journal.Change(stage.Id, s => s with { Status = StageStatus.Running, ShardsReused = progress.DoneShards.Count });
            if (!progress.Complete)
            {
                RunShards([.. Enumerable.Range(0, planned.ShardCount).Except(progress.DoneShards)], cancellationToken);
            }

            var manifest = ShardRunner.TryCompleteStage(store, planned);
            observer.StageFinished(journal.Change(stage.Id, s => Finish(s, manifest, clock.GetElapsedTime(start), cancellationToken)));
            return manifest is not null;
        }
        catch (ArtifactException exception)
        {
            // The artifact's own files are damaged: recorded like a failed shard, so that independent stages go on.
            observer.ShardFailed(planned, 0, exception.Message);
            observer.StageFinished(journal.Change(stage.Id, s => s with
            {
                Status = StageStatus.Failed,
                Failures = [.. s.Failures, new ShardFailure(0, exception.Message)],
                Seconds = clock.GetElapsedTime(start).TotalSeconds,
            }));
            return false;
        }
    }

    private static StageRecord Finish(StageRecord record, Manifest? manifest, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        record = record with { Seconds = elapsed.TotalSeconds };
        if (manifest is null)
        {
            return record with { Status = record.Failures.Count == 0 && cancellationToken.IsCancellationRequested ? StageStatus.Cancelled : StageStatus.Failed };
        }

        return record with
        {
            Status = record.ShardsRun == 0 ? StageStatus.Reused : record.ShardsReused > 0 ? StageStatus.PartlyResumed : StageStatus.Done,
            Rows = new SortedDictionary<string, long>(manifest.Tables.ToDictionary(t => t.Name, t => t.Rows), StringComparer.Ordinal),
            Bytes = manifest.Tables.Sum(t => t.Bytes),
            Counts = manifest.Counts,
            Warnings = manifest.Warnings,
        };
    }

    /// <summary>A thread a shard, a few at a time: tensor scopes belong to threads.</summary>
    private void RunShards(IReadOnlyList<int> shards, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(parallelism);
        Exception? broken = null;
        var threads = new List<Thread>();
        foreach (var shard in shards)
        {
            slots.Wait(CancellationToken.None);
            if (cancellationToken.IsCancellationRequested || Volatile.Read(ref broken) is not null)
            {
                break;
            }

            var thread = new Thread(() =>
            {
                try
                {
                    RunShard(shard, cancellationToken);
                }
                catch (Exception exception)
                {
                    // Not even the failure could be recorded, for example on a full disk: the run ends.
                    Volatile.Write(ref broken, exception);
                }
                finally
                {
                    slots.Release();
                }
            })
            {
                Name = FormattableString.Invariant($"{stage.Id} {shard}"),
            };
            threads.Add(thread);
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        if (broken is not null)
        {
            throw new ArtifactException($"Run '{plan.RunId}' cannot write to its store: {broken.Message} Everything finished so far is kept: run again to resume.", broken);
        }
    }

    private void RunShard(int shard, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        try
        {
            observer.ShardStarted(planned, shard);
            var outcome = ShardRunner.Run(store, plan, stage, shard, observer, events, clock, cancellationToken);
            journal.Change(stage.Id, s => Add(s, outcome));
            observer.ShardFinished(planned, shard, clock.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped by the user: nothing was published, the next run does the shard again.
        }
        catch (Exception exception)
        {
            // Whatever went wrong belongs to this shard alone; the other shards go on. The stack is in the events file.
            var reason = exception is ArtifactException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
            journal.Change(stage.Id, s => s with { Failures = [.. s.Failures, new ShardFailure(shard, reason)] });
            observer.ShardFailed(planned, shard, reason);
        }
    }

    private static StageRecord Add(StageRecord record, ShardOutcome outcome)
    {
        if (outcome.Reused)
        {
            // Another process finished it meanwhile.
            return record with { ShardsReused = record.ShardsReused + 1 };
        }

        var counts = new SortedDictionary<string, long>(record.CountsThisRun, StringComparer.Ordinal);
        foreach (var (name, amount) in outcome.Record.Counts)
        {
            counts[name] = counts.GetValueOrDefault(name) + amount;
        }

        var measures = new SortedDictionary<string, Measure>(record.Measures, StringComparer.Ordinal);
        foreach (var (name, value) in outcome.Measures)
        {
            var before = measures.GetValueOrDefault(name) ?? new Measure(0, double.NegativeInfinity, 0);
            measures[name] = new Measure(before.Sum + value, Math.Max(before.Maximum, value), before.Values + 1);
        }

        return record with { ShardsRun = record.ShardsRun + 1, CountsThisRun = counts, Measures = measures };
    }
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>Keeps a run's record and replaces <c>run.json</c> at every change of it.</summary>
internal sealed class RunJournal
{
    // A suite has as many partitions as files: a record replaced at every change of each would be written all the time.
    private static readonly TimeSpan BetweenPartitions = TimeSpan.FromSeconds(1);

    // And it is as long as there are files: writing it may not take more than a small share of the time.
    private const int TimesOfWriting = 20;

    private readonly Lock gate = new();
    private readonly IObjectStore store;
    private readonly TimeProvider clock;
    private readonly StageRecord[] stages;
    private readonly Dictionary<string, int> places = [];
    private RunRecord record;
    private long saved;
    private TimeSpan pause = BetweenPartitions;

    public RunJournal(IObjectStore store, RunPlan plan, TimeProvider clock)
    {
        (this.store, this.clock) = (store, clock);
        stages = [.. plan.Stages.Select(s => new StageRecord { Stage = s.Stage, Partition = s.Partition, Key = s.Key, Shards = s.ShardCount })];
        for (var place = 0; place < stages.Length; place++)
        {
            places.Add(plan.Stages[place].Id, place);
        }

        record = new RunRecord
        {
            RunId = plan.RunId,
            Job = plan.Job,
            Status = RunStatus.Running,
            Started = clock.GetUtcNow(),
            Process = EventLog.Host,
            Stages = [],
        };
        Save();
    }

    public StageRecord Change(string stage, Func<StageRecord, StageRecord> change)
    {
        lock (gate)
        {
            var place = places[stage];
            stages[place] = change(stages[place]);
            if (stages[place].Partition is null || clock.GetElapsedTime(saved) > pause)
            {
                Save();
            }

            return stages[place];
        }
    }

    public RunRecord Finish(RunStatus status, DateTimeOffset finished)
    {
        lock (gate)
        {
            record = record with { Status = status, Finished = finished };
            Save();
            return record;
        }
    }

    private void Save()
    {
        var start = clock.GetTimestamp();
        record = record with { Stages = [.. stages] };
        store.Replace(ArtifactPaths.RunRecord(record.RunId), ArtifactJson.Serialize(record));
        saved = clock.GetTimestamp();
        var writing = clock.GetElapsedTime(start, saved) * TimesOfWriting;
        pause = writing > BetweenPartitions ? writing : BetweenPartitions;
    }
}

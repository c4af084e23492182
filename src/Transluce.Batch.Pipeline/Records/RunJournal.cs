using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>Keeps a run's record and replaces <c>run.json</c> at every change of it.</summary>
internal sealed class RunJournal
{
    private readonly Lock gate = new();
    private readonly IObjectStore store;
    private RunRecord record;

    public RunJournal(IObjectStore store, RunPlan plan, TimeProvider clock)
    {
        this.store = store;
        record = new RunRecord
        {
            RunId = plan.RunId,
            Job = plan.Job,
            Status = RunStatus.Running,
            Started = clock.GetUtcNow(),
            Process = EventLog.Host,
            Stages = [.. plan.Stages.Select(s => new StageRecord { Stage = s.Stage, Key = s.Key, Shards = s.ShardCount })],
        };
        Save();
    }

    public StageRecord Change(string stage, Func<StageRecord, StageRecord> change)
    {
        lock (gate)
        {
            record = record with { Stages = [.. record.Stages.Select(s => s.Stage == stage ? change(s) : s)] };
            Save();
            return record.Stages.First(s => s.Stage == stage);
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

    private void Save() => store.Replace(ArtifactPaths.RunRecord(record.RunId), ArtifactJson.Serialize(record));
}

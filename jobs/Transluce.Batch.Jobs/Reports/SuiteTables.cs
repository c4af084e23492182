using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>The tables of one finished run over a suite of transcripts.</summary>
internal sealed class SuiteTables
{
    private readonly IObjectStore store;
    private readonly PlannedStage[] partitions;
    private readonly Lazy<Dictionary<string, SuiteRunPlace>> runs;

    private SuiteTables(IObjectStore store, RunPlan plan)
    {
        this.store = store;
        Plan = plan;
        partitions = [.. plan.Stages.Where(stage => stage.Stage == StageNames.Ingest).OrderBy(stage => stage.Partition, StringComparer.Ordinal)];
        runs = new(ReadRuns);
    }

    public RunPlan Plan { get; }

    /// <summary>The suite's name in the configuration.</summary>
    public string Suite => NameOf(Plan) ?? "";

    /// <summary>Runs that count, by id.</summary>
    public IReadOnlyDictionary<string, SuiteRunPlace> Runs => runs.Value;

    public int Files => partitions.Length;

    /// <param name="store">The store.</param>
    /// <param name="runId">A run, or null for the latest whose labels are complete.</param>
    /// <param name="suite">Only runs over the suite of this name, or null.</param>
    public static SuiteTables Open(IObjectStore store, string? runId, string? suite)
    {
        if (runId is not null)
        {
            var named = RunPlan.Load(store, runId);
            return named.Stages.Any(stage => StageNames.Labels.Contains(stage.Stage))
                ? new SuiteTables(store, named)
                : throw new ArtifactException($"Run '{runId}' is a {named.Job} run and has no clusters; name a run over a suite of transcripts.");
        }

        var ids = store.List("runs").Where(path => path.EndsWith("/plan.json", StringComparison.Ordinal)).Select(path => path.Split('/')[1]).Reverse();
        var plan = ids.Select(id => RunPlan.Load(store, id)).FirstOrDefault(plan =>
            (suite is null || NameOf(plan) == suite) && plan.Stages.Any(stage => StageNames.Labels.Contains(stage.Stage) && Manifest.Exists(store, stage.Stage, stage.Key)));
        return plan is not null
            ? new SuiteTables(store, plan)
            : throw new ArtifactException($"No run over {(suite is null ? "a suite" : $"suite '{suite}'")} in '{store.Location}' is complete; 'transluce-batch run pipeline-config/demo/transcripts.yaml' makes one.");
    }

    public ArtifactReader Clusters => Of(StageNames.Clusters);

    public ArtifactReader Labels => Of(StageNames.Labels);

    public ArtifactReader Of(string stage) => new(store, stage, Plan[stage].Key);

    /// <summary>One message, or null where there is none.</summary>
    public BlockRow? Block(string agentRunId, int transcript, int block)
    {
        if (!Runs.TryGetValue(agentRunId, out var run))
        {
            return null;
        }

        KeyRange[] key = [new("run_ordinal", run.RunOrdinal, run.RunOrdinal), new("transcript_ordinal", transcript, transcript), new("block_index", block, block)];
        return new ArtifactReader(store, StageNames.Ingest, partitions[run.Partition].Key).Read<BlockRow>(key).FirstOrDefault();
    }

    private ArtifactReader Of(string[] oneOf) => Of(Plan.Stages.First(stage => oneOf.Contains(stage.Stage)).Stage);

    private static string? NameOf(RunPlan plan) => plan.Config["suite"] is JsonObject suite ? suite["name"]?.GetValue<string>() : null;

    private Dictionary<string, SuiteRunPlace> ReadRuns()
    {
        var picked = Of(StageNames.Resolve).Read<SampleProvenanceRow>().Where(copy => copy.Picked).Select(copy => (copy.Partition, copy.RunOrdinal)).ToHashSet();
        var found = new Dictionary<string, SuiteRunPlace>(StringComparer.Ordinal);
        for (var partition = 0; partition < partitions.Length; partition++)
        {
            foreach (var row in new ArtifactReader(store, StageNames.Ingest, partitions[partition].Key).Read<AgentRunRow>())
            {
                if (picked.Contains((partition, row.RunOrdinal)))
                {
                    found[row.AgentRunId] = new SuiteRunPlace(partition, row.RunOrdinal, row.Model, row.SampleId);
                }
            }
        }

        return found;
    }
}

/// <summary>Where a run lies and what a page says of it. Those of a whole suite are held at once, so nothing else of their rows is kept.</summary>
/// <param name="Partition">Its log's number.</param>
/// <param name="RunOrdinal">Its number there.</param>
/// <param name="Model">The model. Hostile text.</param>
/// <param name="SampleId">The sample. Hostile text.</param>
internal sealed record SuiteRunPlace(int Partition, int RunOrdinal, string Model, string SampleId);

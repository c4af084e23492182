using System.Text.Json.Serialization;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>What one run did (<c>runs/{run-id}/run.json</c>): replaced as a whole while it goes on, part of no artifact.</summary>
public sealed record RunRecord
{
    public required string RunId { get; init; }

    public required string Job { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset Started { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>Machine and process number.</summary>
    public required string Process { get; init; }

    public required IReadOnlyList<StageRecord> Stages { get; init; }

    /// <exception cref="ArtifactException">There is no such run, or its record is damaged.</exception>
    public static RunRecord Load(IObjectStore store, string runId) => ArtifactJson.Read<RunRecord>(store, ArtifactPaths.RunRecord(runId));
}

/// <summary>What a run did for one stage.</summary>
public sealed record StageRecord
{
    public required string Stage { get; init; }

    /// <summary>The file it takes, where there is a stage a file.</summary>
    public string? Partition { get; init; }

    public required string Key { get; init; }

    public StageStatus Status { get; init; }

    public required int Shards { get; init; }

    /// <summary>Shards this run computed.</summary>
    public int ShardsRun { get; init; }

    /// <summary>Shards that were there already.</summary>
    public int ShardsReused { get; init; }

    /// <summary>Time from the stage's start to its end.</summary>
    public double Seconds { get; init; }

    /// <summary>Table → rows, of the complete artifact.</summary>
    public SortedDictionary<string, long> Rows { get; init; } = [];

    /// <summary>Bytes of all parts, of the complete artifact.</summary>
    public long Bytes { get; init; }

    /// <summary>Counts of the complete artifact, whoever computed it.</summary>
    public SortedDictionary<string, long> Counts { get; init; } = [];

    /// <summary>Counts of the shards this run computed: empty where everything was reused.</summary>
    public SortedDictionary<string, long> CountsThisRun { get; init; } = [];

    public SortedDictionary<string, Measure> Measures { get; init; } = [];

    public IReadOnlyList<ShardWarning> Warnings { get; init; } = [];

    public IReadOnlyList<ShardFailure> Failures { get; init; } = [];
}

/// <summary>Something shards measured, such as seconds in the forward pass.</summary>
public sealed record Measure(double Sum, double Maximum, int Values);

/// <summary>Why a shard failed.</summary>
public sealed record ShardFailure(int Shard, string Reason);

[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

[JsonConverter(typeof(JsonStringEnumConverter<StageStatus>))]
public enum StageStatus
{
    /// <summary>Not begun.</summary>
    Waiting,
    Running,

    /// <summary>This run computed every shard.</summary>
    Done,

    /// <summary>The artifact was complete already: nothing was computed.</summary>
    Reused,

    /// <summary>Some shards were there already and this run computed the others.</summary>
    PartlyResumed,

    /// <summary>At least one shard failed; the others are done.</summary>
    Failed,

    /// <summary>An input failed, so it was not begun.</summary>
    NotStarted,
    Cancelled,
}

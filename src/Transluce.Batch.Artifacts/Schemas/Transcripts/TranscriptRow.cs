namespace Transluce.Batch.Artifacts;

/// <summary>A node of a run's tree of agents.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="GroupOrdinal">Place in depth-first order.</param>
/// <param name="GroupId">Hash of the run's id and the span.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="ParentGroupId">The group above, or null.</param>
/// <param name="Name">The span's name.</param>
/// <param name="SpanType">The span's type as written, for example <c>agent</c>; <c>group</c> for one of Docent's groups.</param>
/// <param name="MetadataJson">The span's or group's metadata as JSON text, or null.</param>
/// <param name="OtherJson">Members of a Docent group that no column is for, as one JSON object, or null where there are none.</param>
[Table("transcript_groups", 2)]
public sealed record TranscriptGroupRow(
    [property: Key] int RunOrdinal,
    [property: Key] int GroupOrdinal,
    string GroupId,
    string AgentRunId,
    string? ParentGroupId,
    string Name,
    string? SpanType,
    string? MetadataJson,
    string? OtherJson);

/// <summary>One conversation of a run. Number 0 is the main one; others are those of sub-agents.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="TranscriptOrdinal">T of a citation.</param>
/// <param name="TranscriptId">Hash of the run's id, the origin and the span.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="GroupId">The group it belongs to, or null.</param>
/// <param name="Origin"><c>messages</c>, <c>span</c>, <c>pre_compaction</c> or <c>input</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="MessageCount">Blocks.</param>
/// <param name="ContentSha256">Of its blocks.</param>
/// <param name="MetadataJson">Metadata of a Docent transcript, or of the span whose conversation it is, as JSON text: what <c>[T0M.key]</c> cites. Null where there is none.</param>
/// <param name="OtherJson">Members of a Docent transcript that no column is for, as one JSON object, or null where there are none.</param>
[Table("transcripts", 2)]
public sealed record TranscriptRow(
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    string TranscriptId,
    string AgentRunId,
    string? GroupId,
    string Origin,
    string Name,
    int MessageCount,
    string ContentSha256,
    string? MetadataJson,
    string? OtherJson);

namespace Transluce.Batch.Artifacts;

/// <summary>A passage of a transcript that is embedded and clustered by itself.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="ChunkIndex">Place within the transcript.</param>
/// <param name="ChunkId">Hash of the transcript's id, start, end and the chunker's version and options.</param>
/// <param name="TranscriptId">The transcript.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="Kind"><c>turn</c> (an assistant message with its results), <c>user</c>, <c>system</c> or <c>tool</c> (results without an assistant before them).</param>
/// <param name="StartBlock">First block.</param>
/// <param name="EndBlock">Last block, inclusive.</param>
/// <param name="Text">What is embedded.</param>
/// <param name="TextSha256">Of its UTF-8: the key of cached vectors.</param>
/// <param name="Elided">Whether the middle of a long output was left out.</param>
[Table("chunks", 1, RowGroupRows = 4096)]
public sealed record ChunkRow(
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    [property: Key] int ChunkIndex,
    string ChunkId,
    string TranscriptId,
    string AgentRunId,
    string Kind,
    int StartBlock,
    int EndBlock,
    string Text,
    string TextSha256,
    bool Elided);

/// <summary>Where a stretch of a chunk's text comes from. Offsets are UTF-16 units; the substring equals its source, or is a marker of ours where <paramref name="Field"/> is <c>marker</c>.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="ChunkIndex">The chunk.</param>
/// <param name="SpanIndex">Place within the chunk; spans cover its text without gaps.</param>
/// <param name="ChunkStart">Offset in the chunk's text.</param>
/// <param name="Length">Units, the same on both sides.</param>
/// <param name="BlockIndex">The block.</param>
/// <param name="Field"><c>text</c>, <c>reasoning</c>, <c>error</c>, <c>other</c>, <c>call</c> (in its arguments) or <c>marker</c>.</param>
/// <param name="CallIndex">The call where <paramref name="Field"/> is <c>call</c>, else -1.</param>
/// <param name="Start">Offset in the field.</param>
[Table("chunk_spans", 1)]
public sealed record ChunkSpanRow(
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    [property: Key] int ChunkIndex,
    [property: Key] int SpanIndex,
    int ChunkStart,
    int Length,
    int BlockIndex,
    string Field,
    int CallIndex,
    int Start);

/// <summary>What the vectors of an artifact were made with; one row.</summary>
/// <param name="Provider"><c>lsa</c>, <c>onnx</c> or <c>openai</c>.</param>
/// <param name="Model">Name of the model: of the service's, or as the model's own configuration has it; for <c>lsa</c> the artifact it was fitted as. Null where it has none.</param>
/// <param name="Revision">SHA-256 of all that decides a vector: equal revisions give equal texts equal vectors. A service may change its model under the same name.</param>
/// <param name="Dimensions">Numbers in a vector; 0 where no chunk has one.</param>
/// <param name="Pooling">How a text's tokens become one vector: <c>cls</c>, <c>mean</c> or <c>max</c>; <c>sum</c> of word components for <c>lsa</c>; null where a service does it.</param>
/// <param name="Normalised">Whether vectors were divided by their length before they were stored. What the length was is not kept.</param>
/// <param name="PassagePrompt">Put before every chunk, mostly empty.</param>
/// <param name="QueryPrompt">Put before every question, mostly empty.</param>
[Table("embedding_models", 1)]
public sealed record EmbeddingModelRow(
    [property: Key] string Provider,
    string? Model,
    string Revision,
    int Dimensions,
    string? Pooling,
    bool Normalised,
    string PassagePrompt,
    string QueryPrompt);

/// <summary>A chunk's vector, made with what <see cref="EmbeddingModelRow"/> says.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="ChunkIndex">The chunk.</param>
/// <param name="ChunkId">The chunk.</param>
/// <param name="TextSha256">Of the text embedded.</param>
/// <param name="Vector">Of length one; empty where the text could not be embedded.</param>
/// <param name="FailureReason">Why there is no vector, or null.</param>
[Table("embeddings", 1, RowGroupRows = 8192)]
public sealed record EmbeddingRow(
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    [property: Key] int ChunkIndex,
    string ChunkId,
    string TextSha256,
    float[] Vector,
    string? FailureReason);

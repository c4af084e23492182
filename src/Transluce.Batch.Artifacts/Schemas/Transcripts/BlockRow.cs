namespace Transluce.Batch.Artifacts;

/// <summary>One message of a transcript.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="TranscriptOrdinal">T of a citation.</param>
/// <param name="BlockIndex">B of a citation: place in the transcript.</param>
/// <param name="BlockId">Hash of the transcript's id, the message's content and the occurrence. Not of the message's id: chunked logs keep equal messages once and lose it.</param>
/// <param name="TranscriptId">The transcript.</param>
/// <param name="AgentRunId">The run.</param>
/// <param name="ActionUnit">Number of the action unit within the transcript.</param>
/// <param name="MessageId">As written, or null.</param>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Source">As written, or null.</param>
/// <param name="Model">As written, or null.</param>
/// <param name="ContentTypes">Where the content is a list, its parts' types joined by '+'; null where it is a string.</param>
/// <param name="Text">The text parts joined by line feeds, nothing trimmed; at most 1 Mi characters, the rest in <see cref="LargeTextRow"/>.</param>
/// <param name="Reasoning">Reasoning parts joined by line feeds (summaries where redacted), or null.</param>
/// <param name="Other">Placeholders and texts of other parts (images, documents, server tools), one a line, or null.</param>
/// <param name="ToolFunction">Of a tool message.</param>
/// <param name="ToolCallId">Of a tool message.</param>
/// <param name="ToolErrorType">Of a failed call.</param>
/// <param name="ToolErrorMessage">Of a failed call: often all there is.</param>
/// <param name="MetadataJson">The message's metadata as JSON text, or null.</param>
/// <param name="Characters">UTF-16 units of the whole text.</param>
/// <param name="TextSha256">Of the UTF-8 of the whole text, lone surrogates as U+FFFD.</param>
/// <param name="RenderedSha256">Of the UTF-8 of the rendered block, the text that citations are checked against. It is a function of the row and its calls and stored nowhere; its version is the option <c>rendering</c> of the artifact.</param>
/// <param name="Flags">Peculiarities, such as <c>surrogate</c>, <c>truncated</c> or <c>missing-attachment</c>; sorted.</param>
[Table("blocks", 2, RowGroupRows = 4096)]
public sealed record BlockRow(
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    [property: Key] int BlockIndex,
    string BlockId,
    string TranscriptId,
    string AgentRunId,
    int ActionUnit,
    string? MessageId,
    string Role,
    string? Source,
    string? Model,
    string? ContentTypes,
    string Text,
    string? Reasoning,
    string? Other,
    string? ToolFunction,
    string? ToolCallId,
    string? ToolErrorType,
    string? ToolErrorMessage,
    string? MetadataJson,
    long Characters,
    string TextSha256,
    string RenderedSha256,
    string[] Flags);

/// <summary>One call in an assistant's message.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="BlockIndex">The message that calls.</param>
/// <param name="CallIndex">Place within the message.</param>
/// <param name="BlockId">The message that calls.</param>
/// <param name="ToolCallId">As written.</param>
/// <param name="Function">The tool.</param>
/// <param name="ArgumentsJson">Compact JSON, keys in the order of the log; <c>{"omitted":…}</c> where it is longer than the cap, and the run is flagged.</param>
/// <param name="ParseError">Why the arguments could not be parsed, or null.</param>
/// <param name="CallType"><c>function</c>, <c>custom</c> or null.</param>
/// <param name="ViewText">How the task wants the call shown, or null.</param>
/// <param name="ResultBlockIndex">The nearest following tool message with its id, or null.</param>
[Table("tool_calls", 1)]
public sealed record ToolCallRow(
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    [property: Key] int BlockIndex,
    [property: Key] int CallIndex,
    string BlockId,
    string ToolCallId,
    string Function,
    string ArgumentsJson,
    string? ParseError,
    string? CallType,
    string? ViewText,
    int? ResultBlockIndex);

/// <summary>A piece of a text too long for its block's row; all pieces in order are the whole text.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="BlockIndex">The block.</param>
/// <param name="Field"><c>text</c>, <c>reasoning</c>, <c>other</c> or <c>error</c>.</param>
/// <param name="Piece">0, 1, 2 …</param>
/// <param name="Text">At most 32 Ki characters: the footer keeps two values of every row group until the file is complete, so that a row must be a small part of one.</param>
[Table("large_texts", 1, RowGroupRows = 128)]
public sealed record LargeTextRow(
    [property: Key] int RunOrdinal,
    [property: Key] int TranscriptOrdinal,
    [property: Key] int BlockIndex,
    [property: Key] string Field,
    [property: Key] int Piece,
    string Text);

/// <summary>An image or another binary part that a placeholder stands for. Its bytes are not stored: they are in the log file alone (names in <c>suite_files</c>), as a data URI or an attachment of the sample.</summary>
/// <param name="RunOrdinal">The run within the log.</param>
/// <param name="AttachmentIndex">Place within the run, in order of first use.</param>
/// <param name="Sha256">Of its bytes, hex.</param>
/// <param name="MimeType">As written, or null.</param>
/// <param name="Bytes">Length.</param>
/// <param name="FirstBlockId">Where it is first used.</param>
[Table("attachments", 1)]
public sealed record AttachmentRow(
    [property: Key] int RunOrdinal,
    [property: Key] int AttachmentIndex,
    string Sha256,
    string? MimeType,
    long Bytes,
    string FirstBlockId);

/// <summary>What could not be read, and why.</summary>
/// <param name="Ordinal">0, 1, 2 … within the log.</param>
/// <param name="Entry">The archive's entry or the JSON path; empty for the whole file. Hostile text.</param>
/// <param name="Kind">For counting: <c>zip</c>, <c>json</c>, <c>utf8</c>, <c>depth</c>, <c>cap</c>, <c>deadline</c>, <c>shape</c> or <c>crc</c>.</param>
/// <param name="Reason">What was expected and what was found.</param>
/// <param name="ByteOffset">Where, in decompressed bytes of the entry.</param>
/// <param name="IsSample">Whether a sample is lost by it.</param>
[Table("quarantine", 1)]
public sealed record QuarantineRow(
    [property: Key] int Ordinal,
    string Entry,
    string Kind,
    string Reason,
    long? ByteOffset,
    bool IsSample);

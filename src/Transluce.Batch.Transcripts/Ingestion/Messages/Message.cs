namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What a part of a message is to its block.</summary>
internal enum PartKind
{
    Text,
    Reasoning,

    /// <summary>An image or another binary: a placeholder takes its place.</summary>
    Media,

    /// <summary>Anything else, as text.</summary>
    Other,
}

/// <summary>A part of a message's content, references to attachments not yet resolved.</summary>
/// <param name="Type">As written.</param>
/// <param name="Name">File name of a document.</param>
/// <param name="Text">Its text, data or address, or a reference to an attachment.</param>
/// <param name="Kind">What it is to the block.</param>
internal sealed record MessagePart(PartKind Kind, string Type, TextValue Text, string? Name = null);

/// <summary>A call as it was asked for.</summary>
internal sealed record MessageCall(string Id, string Function, string ArgumentsJson, string? ParseError, string? Type, string? View);

/// <summary>A message as read from a log, whatever its layout there.</summary>
internal sealed record Message
{
    public string? Id { get; init; }

    public required string Role { get; init; }

    public string? Source { get; init; }

    public string? Model { get; init; }

    /// <summary>The parts' types where the content is a list, else null.</summary>
    public string? ContentTypes { get; init; }

    public IReadOnlyList<MessagePart> Parts { get; init; } = [];

    public IReadOnlyList<MessageCall> Calls { get; init; } = [];

    /// <summary>Of a tool message.</summary>
    public string? Function { get; init; }

    /// <summary>Of a tool message.</summary>
    public string? ToolCallId { get; init; }

    public string? ErrorType { get; init; }

    public TextValue? ErrorMessage { get; init; }

    public string? MetadataJson { get; init; }

    public bool SawSurrogate { get; init; }

    /// <summary>UTF-16 units held, roughly.</summary>
    public long HeldUnits => 200 + Parts.Sum(part => part.Text.Held?.Length ?? 0) + Calls.Sum(call => call.ArgumentsJson.Length + (call.View?.Length ?? 0))
        + (MetadataJson?.Length ?? 0) + (ErrorMessage?.Held?.Length ?? 0);
}

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

    /// <summary>UTF-16 units held, roughly: the strings, and what the objects around them take.</summary>
    public long HeldUnits => 200 + JsonUnits + Parts.Sum(part => 100L + Length(part.Text.Held) + Length(part.Name) + Length(part.Type))
        + Calls.Sum(call => 100L + Length(call.Id) + Length(call.Function) + Length(call.ParseError) + Length(call.Type))
        + Length(Id) + Length(Role) + Length(Source) + Length(Model) + Length(ContentTypes) + Length(Function) + Length(ToolCallId) + Length(ErrorType) + Length(ErrorMessage?.Held);

    /// <summary>Those of JSON and views, which grow when attachments are put in.</summary>
    public long JsonUnits => Length(MetadataJson) + Calls.Sum(call => (long)Length(call.ArgumentsJson) + Length(call.View));

    /// <summary>UTF-16 units of all texts of its block, wherever they are.</summary>
    public long TextUnits => Parts.Sum(part => part.Text.Units) + (ErrorMessage?.Units ?? 0) + JsonUnits;

    /// <summary>UTF-16 units of the longest field of its block. Of binaries only placeholders come in.</summary>
    public long LongestField
    {
        get
        {
            var (text, reasoning, other) = (0L, 0L, 0L);
            foreach (var part in Parts)
            {
                _ = part.Kind switch
                {
                    PartKind.Text => text += part.Text.Units + 1,
                    PartKind.Reasoning => reasoning += part.Text.Units + 1,
                    PartKind.Other => other += part.Text.Units + 1,
                    _ => 0,
                };
            }

            return Math.Max(Math.Max(Math.Max(text, reasoning), other) - 1, ErrorMessage?.Units ?? 0);
        }
    }

    private static long Length(string? text) => text?.Length ?? 0;
}

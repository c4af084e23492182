namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One transcript of a run, ready to be written.</summary>
/// <param name="Origin">As in the column of <c>transcripts</c>.</param>
/// <param name="SpanId">Empty for the main one.</param>
/// <param name="Node">The agent's span, or null for the main one.</param>
/// <param name="Messages">Attachments resolved while they are walked.</param>
/// <param name="Results">Where the results of its calls are.</param>
/// <param name="Name">For people.</param>
internal sealed record Conversation(string Origin, string SpanId, string Name, AgentNode? Node, IEnumerable<Message> Messages, ToolResultIndex Results)
{
    /// <summary>References to attachments are resolved when it is written.</summary>
    public string? MetadataJson { get; init; } = Node?.MetadataJson;

    /// <summary>Members of a Docent transcript that no column is for.</summary>
    public string? OtherJson { get; init; }
}

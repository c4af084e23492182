namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>An event that holds events of its own: a tool or a subtask, in logs from before there were spans. Nearly none of them asks the model.</summary>
internal sealed class EventNest(string id, EventNest? above, AgentNode root)
{
    public EventNest? Above => above;

    public int Level { get; } = (above?.Level ?? 0) + 1;

    public AgentNode Node { get; } = new(id, above?.Node ?? root, "", "tool");

    /// <summary>Whether the node stands in the tree.</summary>
    public bool IsKept { get; set; }

    /// <summary>Whether there was no room for it there.</summary>
    public bool IsRest { get; set; }
}

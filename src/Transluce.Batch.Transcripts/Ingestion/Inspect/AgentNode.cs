namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A call of the model.</summary>
/// <param name="Index">Its place among the sample's events.</param>
/// <param name="Refs">Its input in the pool of messages; empty where it is written out.</param>
/// <param name="Output">The answer, references to attachments unresolved; null where there was none.</param>
internal sealed record ModelEvent(long Index, IReadOnlyList<PoolRange> Refs, Message? Output);

/// <summary>A span that can hold a conversation of its own.</summary>
internal sealed class AgentNode(string spanId, AgentNode? parent, string name, string type)
{
    // Each compaction costs a conversation to fetch; an agent that compacts more often loses the middle ones.
    private const int MostCompactions = 64;
    private readonly List<ModelEvent> beforeCompactions = [];

    public string SpanId => spanId;

    public AgentNode? Parent => parent;

    public string Name => name;

    public string Type => type;

    /// <summary>What its source says of it, as JSON text, references to attachments unresolved.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>Members of a Docent group that no column is for.</summary>
    public string? OtherJson { get; init; }

    public bool IsScorer => type == "scorer";

    public bool IsAgent => type == "agent";

    /// <summary>The last call: its input and answer are the conversation as the agent left it.</summary>
    public ModelEvent? Last { get; private set; }

    /// <summary>The calls before each compaction of the context: what was cut away since is in their inputs.</summary>
    public IReadOnlyList<ModelEvent> BeforeCompactions => beforeCompactions;

    public void AddModel(ModelEvent call) => Last = call;

    public void AddCompaction()
    {
        if (Last is not null && beforeCompactions.Count < MostCompactions && !beforeCompactions.Contains(Last))
        {
            beforeCompactions.Add(Last);
        }
    }
}

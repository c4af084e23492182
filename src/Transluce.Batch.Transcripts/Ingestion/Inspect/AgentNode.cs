namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A call of the model.</summary>
/// <param name="Index">Its place among the sample's events, see <see cref="PlaceOf"/>.</param>
/// <param name="Refs">Its input in the pool of messages; empty where it is written out.</param>
/// <param name="Output">The answer, references to attachments unresolved; null where there was none, or where it is not held.</param>
/// <param name="Unheld">Identity of an answer that is not held.</param>
internal sealed record ModelEvent(long Index, IReadOnlyList<PoolRange> Refs, Message? Output, UInt128? Unheld = null)
{
    /// <summary>Events within one event that are told apart.</summary>
    public const int MostWithin = 1 << 20;

    /// <summary>Levels of events within events that are read.</summary>
    public const int MostLevels = 64;

    /// <summary>The place of an event: until 2025 those of a tool or of a subtask were written within its own event.</summary>
    /// <param name="index">Of the outermost event it is in.</param>
    /// <param name="within">How many begin within that one before it, itself included; 0 for the outermost.</param>
    public static long PlaceOf(long index, int within) => (index * MostWithin) + within;

    /// <summary>The outermost event a place is in.</summary>
    public static long OutermostOf(long place) => place / MostWithin;

    /// <summary>The answer's identity, or null where there was none.</summary>
    public UInt128? Answer(ScratchText scratch) => Output is { } output ? MainConversation.Identity(output, scratch) : Unheld;
}

/// <summary>A span that can hold a conversation of its own.</summary>
internal sealed class AgentNode(string spanId, AgentNode? parent, string name, string type)
{
    // Each compaction costs a conversation to fetch; an agent that compacts more often loses the middle ones.
    private const int MostCompactions = 64;
    private readonly List<ModelEvent> beforeCompactions = [];

    public string SpanId => spanId;

    public AgentNode? Parent => parent;

    public string Name { get; private set; } = name;

    public string Type { get; private set; } = type;

    /// <summary>What its source says of it, as JSON text, references to attachments unresolved.</summary>
    public string? MetadataJson { get; init; }

    /// <summary>Members of a Docent group that no column is for.</summary>
    public string? OtherJson { get; init; }

    public bool IsScorer => Type == "scorer";

    public bool IsAgent => Type == "agent";

    /// <summary>Whether the agents in it are at work for someone else than the sample itself.</summary>
    public bool IsCall => Type is "agent" or "tool" or "subtask";

    /// <summary>The last call: its input and answer are the conversation as the agent left it.</summary>
    public ModelEvent? Last { get; private set; }

    /// <summary>The calls before each compaction of the context: what was cut away since is in their inputs.</summary>
    public IReadOnlyList<ModelEvent> BeforeCompactions => beforeCompactions;

    public void AddModel(ModelEvent call) => Last = call;

    /// <summary>Names a node that began before its event had said what it is.</summary>
    public void Describe(string what, string kind) => (Name, Type) = (what, kind);

    public void AddCompaction()
    {
        if (Last is not null && beforeCompactions.Count < MostCompactions && !beforeCompactions.Contains(Last))
        {
            beforeCompactions.Add(Last);
        }
    }
}

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One sample while it is read: facts, messages, an outline of its events, the attachments it needs. Nothing is written before all of it has been seen.</summary>
internal sealed class SampleReading(IngestLimits limits, ScratchText scratch, string firstScorer)
{
    private readonly SortedSet<string> flags = new(StringComparer.Ordinal);

    public IngestLimits Limits => limits;

    public ScratchText Scratch => scratch;

    public SampleFacts Facts { get; } = new();

    public MainConversation Main { get; } = new(limits, scratch);

    public EventOutline Outline { get; set; } = new();

    public AttachmentTable Attachments { get; } = new(scratch, limits.HeldUnits / 3);

    /// <summary>Of a chunked sample: where its messages are in the pool.</summary>
    public IReadOnlyList<PoolRange>? MessageRefs { get; set; }

    /// <summary>The key of a score without a name, in logs that had only one.</summary>
    public string FirstScorer => firstScorer;

    /// <summary>Which of several properties <c>messages</c> holds them: the last one counts.</summary>
    public int MessagesProperty { get; set; }

    public IReadOnlyCollection<string> Flags => flags;

    public void Flag(string flag) => flags.Add(flag);

    /// <summary>Takes over what a cursor noticed; damage it could read on behind is thrown now.</summary>
    public void Absorb(JsonCursor json)
    {
        if (json.Damage is { } damage)
        {
            throw damage;
        }

        flags.UnionWith(json.Flags);
    }

    /// <summary>
    /// Takes over what a cursor noticed in a further pass. It reads what the first one passed over, and rows are out already: a message or a part of an
    /// odd shape is left out, and that is flagged.
    /// </summary>
    public void AbsorbFurther(JsonCursor json)
    {
        flags.UnionWith(json.Flags);
        if (json.Damage is not null)
        {
            Flag("truncated");
        }
    }

    public void AddMessage(Message message)
    {
        Attachments.Want(message);
        Main.Add(message);
    }
}

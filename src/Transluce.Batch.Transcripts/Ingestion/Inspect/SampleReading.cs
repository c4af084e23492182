namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One sample while it is read: facts, messages, an outline of its events, the attachments it needs. Nothing is written before all of it has been seen.</summary>
internal sealed class SampleReading(IngestLimits limits, ScratchText scratch, string firstScorer)
{
    private readonly SortedSet<string> flags = new(StringComparer.Ordinal);
    private LogDamage? damage;
    private long partUnits;

    public IngestLimits Limits => limits;

    public ScratchText Scratch => scratch;

    public SampleFacts Facts { get; } = new();

    /// <summary>What no column is for.</summary>
    public OtherMembers Others { get; } = new(limits.JsonBytes);

    public MainConversation Main { get; } = new(limits, scratch);

    public EventOutline Outline { get; set; } = new(limits, scratch);

    public AttachmentTable Attachments { get; } = new(scratch, limits);

    /// <summary>Of a chunked sample: where its messages are in the pool.</summary>
    public IReadOnlyList<PoolRange>? MessageRefs { get; set; }

    /// <summary>The key of a score without a name, in logs that had only one.</summary>
    public string FirstScorer => firstScorer;

    /// <summary>Which of several properties <c>messages</c> holds them: the last one counts.</summary>
    public int MessagesProperty { get; set; }

    public IReadOnlyCollection<string> Flags => flags;

    public void Flag(string flag) => flags.Add(flag);

    /// <summary>Whether JSON text of the run's parts (scores, transcripts, groups) has come to more than may be held.</summary>
    public bool PartsAreFull => partUnits > limits.JsonBytes;

    /// <summary>JSON text of a part of the run, counted in; a note takes the place of what is too much.</summary>
    public string? Part(string? json)
    {
        partUnits += json?.Length ?? 0;
        if (json is null || !PartsAreFull)
        {
            return json;
        }

        Flag("truncated");
        return $"{{\"omitted\":\"more than {limits.JsonBytes} characters together\"}}";
    }

    /// <summary>The sample cannot be used, but must be read to its end: in a <c>.json</c> log the next one begins there.</summary>
    public void Spoil(LogDamage reason) => damage ??= reason;

    /// <summary>Takes over what a cursor noticed; damage behind which the reading could go on is thrown now.</summary>
    public void Absorb(JsonCursor json)
    {
        RequireSound(json.Damage);
        flags.UnionWith(json.Flags);
    }

    /// <exception cref="LogDamage">It is not.</exception>
    public void RequireSound(LogDamage? found = null)
    {
        if ((found ?? damage) is { } reason)
        {
            throw reason;
        }
    }

    /// <summary>
    /// Takes over what a cursor noticed in a further pass, which reads messages that the first one passed over. What is of an odd shape in them is left
    /// out, and whoever gathers them leaves out those that take too much: either is flagged.
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
        if (!Main.Add(message))
        {
            Spoil(new LogDamage(LogDamage.Cap, FormattableString.Invariant($"the sample has more than {limits.SampleMessages} messages, or parts of messages (sampleMessages)")));
            return;
        }

        Attachments.Want(message);
    }
}

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What one log may cost. Logs are hostile: what they hold is capped, never the ratio of packed to unpacked (a good log can be 8,000 : 1).</summary>
public sealed record IngestLimits
{
    /// <summary>Decompressed bytes of one entry of an archive, or of one JSON file.</summary>
    public long EntryBytes { get; init; } = 16L << 30;

    /// <summary>Decompressed bytes of all entries of one archive.</summary>
    public long FileBytes { get; init; } = 256L << 30;

    /// <summary>Levels of nesting below a sample.</summary>
    public int Depth { get; init; } = 512;

    /// <summary>UTF-16 units of one text kept in a row; longer ones go to <c>large_texts</c>.</summary>
    public int TextUnits { get; init; } = 1 << 20;

    /// <summary>
    /// UTF-16 units held in memory by each of: a message or property being read, a sample's own messages (with more it is read twice), its input, what its
    /// events say about agents, the messages of these (with more they are left out, with a flag), a run of another format. Where nothing else
    /// is said a sample with more is quarantined.
    /// </summary>
    public int HeldUnits { get; init; } = 24 << 20;

    /// <summary>Messages held in memory by each of these.</summary>
    public int HeldMessages { get; init; } = 50_000;

    /// <summary>Messages of a sample, or parts of them where those are more; also those that references to a pool make of fewer.</summary>
    public int SampleMessages { get; init; } = 4_000_000;

    /// <summary>UTF-16 units of one field of a block, whatever the number of its parts: places in a text are 32-bit numbers.</summary>
    public long FieldUnits { get; init; } = int.MaxValue;

    /// <summary>Bytes of one piece of metadata or header kept as JSON text.</summary>
    public int JsonBytes { get; init; } = 16 << 20;

    /// <summary>Longest time in which not even one mebibyte is read.</summary>
    public TimeSpan ProgressDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limits that decide which rows there are, for the key of the artifact; the deadline decides none on a machine that works.</summary>
    public System.Text.Json.Nodes.JsonObject ToJson() => new()
    {
        ["entryBytes"] = EntryBytes,
        ["fileBytes"] = FileBytes,
        ["depth"] = Depth,
        ["textUnits"] = TextUnits,
        ["heldUnits"] = HeldUnits,
        ["heldMessages"] = HeldMessages,
        ["sampleMessages"] = SampleMessages,
        ["fieldUnits"] = FieldUnits,
        ["jsonBytes"] = JsonBytes,
    };
}

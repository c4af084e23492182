using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>What goes into the text of a chunk and how long it may be.</summary>
public sealed record ChunkOptions
{
    [Description("Longest chunk, in atoms: up to 5 letters, up to 3 digits, any other character. A WordPiece tokenizer makes about as many tokens.")]
    [Range(16, 100_000)]
    public int MaxAtoms { get; init; } = 240;

    [Description("What neighbouring pieces of a split turn share, in percent of maxAtoms.")]
    [Range(0, 50)]
    public int OverlapPercent { get; init; } = 10;

    [Description("Characters kept of the beginning of a text longer than keepHead + keepTail.")]
    [Range(100, 1_000_000)]
    public int KeepHead { get; init; } = 6000;

    [Description("Characters kept of its end.")]
    [Range(100, 1_000_000)]
    public int KeepTail { get; init; } = 2000;

    [Description("Whether the arguments of tool calls are part of the text. Without them chunks cluster by what happened, not by what was tried.")]
    public bool Calls { get; init; }

    [Description("Whether reasoning is part of the text.")]
    public bool Reasoning { get; init; }

    /// <summary>As it stands in keys.</summary>
    internal JsonObject ToJson() => new()
    {
        ["maxAtoms"] = MaxAtoms,
        ["overlapPercent"] = OverlapPercent,
        ["keepHead"] = KeepHead,
        ["keepTail"] = KeepTail,
        ["calls"] = Calls,
        ["reasoning"] = Reasoning,
    };
}

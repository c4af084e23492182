namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>A stretch of a turn's text and the place it was taken from.</summary>
/// <param name="Text">Equal to its source, or ours where <paramref name="Field"/> is <see cref="Marker"/>.</param>
/// <param name="Block">The block.</param>
/// <param name="Field">The block's field.</param>
/// <param name="Call">The call, else -1.</param>
/// <param name="Start">Offset in the field.</param>
internal readonly record struct Passage(string Text, int Block, string Field, int Call, int Start)
{
    public const string SaidOrReturned = "text";
    public const string ReasoningField = "reasoning";
    public const string OtherField = "other";
    public const string ErrorField = "error";
    public const string CallField = "call";
    public const string Marker = "marker";

    /// <summary>Text of ours that stands in a block's place.</summary>
    public static Passage Ours(string text, int block) => new(text, block, Marker, -1, 0);
}

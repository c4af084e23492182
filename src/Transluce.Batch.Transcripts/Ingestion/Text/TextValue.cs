namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A string of a log: held, or, where it is long, a range of the scratch file.</summary>
/// <param name="Held">The string, or null where it is in the scratch file.</param>
/// <param name="Units">Its length in UTF-16 units.</param>
/// <param name="Offset">Where its UTF-8 begins in the scratch file.</param>
/// <param name="Bytes">Of its UTF-8 there.</param>
internal readonly record struct TextValue(string? Held, long Units, long Offset = 0, long Bytes = 0)
{
    public static TextValue Of(string text) => new(text, text.Length);

    public bool IsEmpty => Units == 0;
}

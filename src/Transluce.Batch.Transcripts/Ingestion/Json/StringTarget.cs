using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Takes a JSON string piece by piece, so that none has to be held whole.</summary>
internal abstract class StringTarget
{
    /// <summary>Characters as they stand in the JSON, which are neither quotation mark, backslash nor control; whole characters, but not always valid.</summary>
    public abstract void Append(ReadOnlySpan<byte> utf8);

    /// <summary>A character that was escaped.</summary>
    public abstract void Append(Rune rune);
}

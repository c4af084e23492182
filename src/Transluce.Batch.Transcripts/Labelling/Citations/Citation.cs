using System.Globalization;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>A reference to a place in a transcript, as it stands in a text: <c>[R0T0B5]</c>, <c>[T0B5:&lt;RANGE&gt;exact words&lt;/RANGE&gt;]</c>, <c>[T0M.key]</c>.</summary>
/// <param name="Start">Offset of the opening bracket, UTF-16 units.</param>
/// <param name="End">Behind the closing bracket.</param>
/// <param name="Run">R, an index into the runs the text's owner cites; null where the text is about one run.</param>
/// <param name="Transcript">T, or null for the run's own metadata.</param>
/// <param name="Block">B, or null for a whole transcript or its metadata.</param>
/// <param name="MetadataKey">The key of a metadata citation, or null.</param>
/// <param name="Quote">The exact words claimed, or null.</param>
public sealed record Citation(int Start, int End, int? Run, int? Transcript, int? Block, string? MetadataKey, string? Quote)
{
    internal const string RangeStart = ":<RANGE>";
    internal const string RangeEnd = "</RANGE>]";

    /// <summary>The citation of a block as it is written in a text. A quote that would end its own range is left out.</summary>
    public static string Of(int run, int transcript, int block, string? quote = null)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"[R{run}T{transcript}B{block}");
        return string.IsNullOrEmpty(quote) || quote.Contains(RangeEnd, StringComparison.Ordinal) ? place + "]" : place + RangeStart + quote + RangeEnd;
    }
}

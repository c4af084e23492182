using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>Length and last characters of every text too long for its block's row. The beginning is in the row, the middle is never needed.</summary>
internal sealed class LargeTextEnds
{
    private readonly Dictionary<(int Run, int Transcript, int Block, string Field), LargeTextEnd> ends = [];

    /// <param name="rows">In the order of their key.</param>
    /// <param name="keep">Characters to keep of each.</param>
    public static LargeTextEnds Read(IEnumerable<LargeTextRow> rows, int keep)
    {
        var all = new LargeTextEnds();
        foreach (var row in rows)
        {
            var key = (row.RunOrdinal, row.TranscriptOrdinal, row.BlockIndex, row.Field);
            var before = all.ends.GetValueOrDefault(key) ?? new LargeTextEnd("", 0);

            // Two steps, so that a piece of 1 Mi characters is not joined to anything.
            var last = row.Text.Length > keep ? row.Text[^keep..] : row.Text;
            var joined = before.Tail + last;
            all.ends[key] = new LargeTextEnd(joined.Length > keep ? joined[^keep..] : joined, before.Length + row.Text.Length);
        }

        return all;
    }

    /// <summary>A field of a block with its true length, which fits: ingest quarantines what is longer (<c>fieldUnits</c>).</summary>
    public LongText Of(BlockRow block, string field, string inRow)
        => ends.TryGetValue((block.RunOrdinal, block.TranscriptOrdinal, block.BlockIndex, field), out var end) && end.Length > inRow.Length
            ? new LongText(inRow, end.Tail, checked((int)end.Length))
            : new LongText(inRow, inRow, inRow.Length);

    private sealed record LargeTextEnd(string Tail, long Length);
}

/// <summary>A text of which the middle may be out of reach.</summary>
/// <param name="Head">Its beginning.</param>
/// <param name="Tail">Its end; the same string where the whole text is at hand.</param>
/// <param name="Length">Of the whole, in UTF-16 units.</param>
internal readonly record struct LongText(string Head, string Tail, int Length);

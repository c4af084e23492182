using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>Walks through tool calls beside the blocks, both in the order of their keys.</summary>
internal sealed class CallCursor(IEnumerable<ToolCallRow> rows) : IDisposable
{
    private readonly IEnumerator<ToolCallRow> rows = rows.GetEnumerator();
    private bool begun;
    private bool more;

    /// <summary>The calls of a block; blocks must come in order.</summary>
    public IReadOnlyList<ToolCallRow> Take(BlockRow block)
    {
        if (!begun)
        {
            begun = true;
            more = rows.MoveNext();
        }

        List<ToolCallRow>? taken = null;
        var place = (block.RunOrdinal, block.TranscriptOrdinal, block.BlockIndex);
        while (more && (rows.Current.RunOrdinal, rows.Current.TranscriptOrdinal, rows.Current.BlockIndex).CompareTo(place) is var order and <= 0)
        {
            if (order == 0)
            {
                (taken ??= []).Add(rows.Current);
            }

            more = rows.MoveNext();
        }

        return taken ?? [];
    }

    public void Dispose() => rows.Dispose();
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>
/// Checks every citation of a text against the blocks it names. A citation is valid where the run is one the owner cites, the block exists
/// and holds the quote; an invalid one keeps its row, so that a viewer can show it as such.
/// </summary>
public static class CitationCheck
{
    /// <param name="ownerType">As in <see cref="CitationRow"/>.</param>
    /// <param name="ownerId">Which of them.</param>
    /// <param name="text">With citations in it.</param>
    /// <param name="citedRuns">Agent run ids; R is an index into it; a citation without R means the only one, and none where there are several.</param>
    /// <param name="blocks">Blocks of those runs.</param>
    public static IReadOnlyList<CitationRow> Check(string ownerType, string ownerId, string text, IReadOnlyList<string> citedRuns, CitedBlocks blocks)
    {
        ArgumentNullException.ThrowIfNull(citedRuns);
        ArgumentNullException.ThrowIfNull(blocks);
        return [.. CitationParser.Parse(text).Select((citation, index) => Row(ownerType, ownerId, index, citation, citedRuns, blocks))];
    }

    private static CitationRow Row(string ownerType, string ownerId, int index, Citation citation, IReadOnlyList<string> citedRuns, CitedBlocks blocks)
    {
        // Where a text cites several runs, a citation must say which one it means.
        var run = citation.Run ?? (citedRuns.Count == 1 ? 0 : int.MaxValue);
        var runId = run < citedRuns.Count ? citedRuns[run] : "";
        var block = citation is { Transcript: { } transcript, Block: { } place } ? blocks.Find(runId, transcript, place) : null;
        (int Start, int End)? match = block is null || citation.Quote is null || citation.MetadataKey is not null ? null : QuoteSearch.Find(block.Text, citation.Quote);

        // What metadata says is not kept in blocks: such a citation cannot be checked and does not count as valid.
        var valid = block is not null && citation.MetadataKey is null && (citation.Quote is null || match is not null);
        return new CitationRow(
            ownerType, ownerId, index, citation.Start, citation.End, runId, citation.Transcript ?? -1, citation.Block ?? -1, block?.BlockId, citation.Quote, match?.Start, match?.End, valid);
    }
}

using System.Text.Json;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>
/// Checks every citation of a text against what it names. A citation is valid where the run is one the owner cites, and the block, the transcript
/// or the metadata's key is there and holds the quote; an invalid one keeps its row, so that a viewer can show it as such.
/// </summary>
public static class CitationCheck
{
    // The log reader admits 512 levels.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1024 };

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
        var (transcript, block) = (citation.Transcript ?? -1, citation.Block ?? -1);
        var cited = Text(citation, runId, blocks);
        var match = cited is null || citation.Quote is null ? null : QuoteSearch.Find(cited, citation.Quote);
        return new CitationRow(
            ownerType, ownerId, index, citation.Start, citation.End, runId, transcript, blocks.FindMetadata(runId, transcript, -1) is { } found && transcript >= 0 ? found.Id : null,
            block, block < 0 ? null : blocks.FindMetadata(runId, transcript, block)?.Id, citation.MetadataKey, citation.Quote, match?.Start, match?.End,
            Valid: cited is not null && (citation.Quote is null || match is not null));
    }

    /// <summary>What a citation names and a quote of it must stand in; null where there is no such thing.</summary>
    private static string? Text(Citation citation, string runId, CitedBlocks blocks)
    {
        if (citation.MetadataKey is { } key)
        {
            return blocks.FindMetadata(runId, citation.Transcript ?? -1, citation.Block ?? -1)?.MetadataJson is { } metadata ? Value(metadata, key) : null;
        }

        return citation is { Transcript: { } transcript, Block: { } block } ? blocks.Find(runId, transcript, block)?.Text
            : citation.Transcript is { } whole && blocks.FindMetadata(runId, whole, -1) is not null ? "" : null;
    }

    /// <summary>The value of a top-level key: a string as it is, anything else as JSON.</summary>
    private static string? Value(string metadataJson, string key)
    {
        using var document = JsonDocument.Parse(metadataJson, Deep);
        return document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(key, out var value) ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
    }
}

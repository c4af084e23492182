using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>Makes the rows of a finished turn: one chunk, or several that overlap.</summary>
/// <param name="options">How long a chunk may be.</param>
/// <param name="version">Version and options of the chunker: chunks of equal ids were cut in the same way.</param>
internal sealed class TurnChunks(ChunkOptions options, string version)
{
    private readonly ChunkWindows windows = new(options.MaxAtoms, options.OverlapPercent);

    /// <summary>Each chunk with the places its text comes from.</summary>
    public IEnumerable<(ChunkRow Chunk, IReadOnlyList<ChunkSpanRow> Spans)> Of(Turn turn, int firstIndex)
    {
        var text = turn.Text;
        var index = firstIndex;
        foreach (var (start, end) in windows.Of(text))
        {
            var spans = Spans(turn, start, end, index, out var elided);
            var startBlock = start == 0 ? turn.First.BlockIndex : spans[0].BlockIndex;
            var endBlock = end == text.Length ? turn.LastBlock : spans[^1].BlockIndex;
            yield return (Row(turn, index, text[start..end], (start, end), (startBlock, endBlock), elided), spans);
            index++;
        }
    }

    private ChunkRow Row(Turn turn, int index, string text, (int Start, int End) window, (int Start, int End) blocks, bool elided) => new(
        turn.First.RunOrdinal,
        turn.First.TranscriptOrdinal,
        index,
        Id(turn, window),
        turn.First.TranscriptId,
        turn.First.AgentRunId,
        turn.Kind,
        blocks.Start,
        blocks.End,
        text,
        Hash(text),
        elided);

    /// <summary>The place of the chunk, not its content nor its file: the same transcript in another container has the same ids.</summary>
    private string Id(Turn turn, (int Start, int End) window)
        => Hash(string.Create(CultureInfo.InvariantCulture, $"chunk\n{version}\n{turn.First.TranscriptId}\n{turn.First.BlockIndex}+{window.Start}\n{turn.LastBlock}+{window.End}"))[..32];

    private static List<ChunkSpanRow> Spans(Turn turn, int start, int end, int chunkIndex, out bool elided)
    {
        elided = false;
        var spans = new List<ChunkSpanRow>();
        var offset = 0;
        foreach (var passage in turn.Passages)
        {
            var from = Math.Max(start, offset);
            var to = Math.Min(end, offset + passage.Text.Length);
            if (from < to)
            {
                elided |= Elision.IsMarker(passage);
                var skipped = passage.Field == Passage.Marker ? 0 : from - offset;
                spans.Add(new ChunkSpanRow(
                    turn.First.RunOrdinal, turn.First.TranscriptOrdinal, chunkIndex, spans.Count,
                    from - start, to - from, passage.Block, passage.Field, passage.Call, passage.Start + skipped));
            }

            offset += passage.Text.Length;
        }

        return spans;
    }

    // Texts read from tables hold no lone surrogates; should one be there, it becomes U+FFFD as everywhere else.
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>The words of a member that show what its cluster is about: the line with the weightiest keywords that stands in one of the member's blocks as it is.</summary>
internal static class QuoteChoice
{
    private const int MostLines = 400;

    public static (ChunkRow Chunk, int Block, string? Quote) Of(IReadOnlyList<ChunkRow> chunks, IReadOnlyList<(string Word, double Weight)> keywords, CitedBlocks blocks, int longest)
    {
        var weights = keywords.ToDictionary(keyword => keyword.Word, keyword => keyword.Weight, StringComparer.Ordinal);
        var lines = chunks.SelectMany((chunk, place) => chunk.Text.Split('\n').Take(MostLines).Select((line, number) => (chunk, place, number, Quote: Cut(line, weights, longest))))
            .Where(line => line.Quote.Length > 0)
            .OrderByDescending(line => KeywordWords.Of(line.Quote).Distinct(StringComparer.Ordinal).Sum(word => weights.GetValueOrDefault(word)))
            .ThenBy(line => line.place).ThenBy(line => line.number);
        foreach (var (chunk, _, _, quote) in lines)
        {
            for (var block = chunk.StartBlock; block <= chunk.EndBlock; block++)
            {
                if (blocks.Find(chunk.AgentRunId, chunk.TranscriptOrdinal, block)?.Text.Contains(quote, StringComparison.Ordinal) == true)
                {
                    return (chunk, block, quote);
                }
            }
        }

        return (chunks[0], chunks[0].StartBlock, null);
    }

    /// <summary>A long line from a little before its first keyword on; never half a surrogate pair, never what would end a citation.</summary>
    private static string Cut(string line, Dictionary<string, double> weights, int longest)
    {
        var text = line.Trim();
        if (text.Length > longest)
        {
            var first = KeywordWords.Of(text).Where(weights.ContainsKey).Select(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase)).Where(at => at >= 0).DefaultIfEmpty(0).Min();
            var start = Math.Clamp(first - (longest / 4), 0, text.Length - longest);
            start += start > 0 && char.IsLowSurrogate(text[start]) ? 1 : 0;
            var end = Math.Min(text.Length, start + longest);
            end -= end < text.Length && char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
            text = text[start..end].Trim();
        }

        return text.Contains(Citation.RangeEnd, StringComparison.Ordinal) ? "" : text;
    }
}

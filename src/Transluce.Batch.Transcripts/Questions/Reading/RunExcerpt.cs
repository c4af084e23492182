using System.Globalization;
using System.Text;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>What a chat model gets to read of a candidate: the blocks around the passage that was found, each under the citation that points to it.</summary>
internal static class RunExcerpt
{
    private const int LongestBlock = 2_000;
    private const int LongestExcerpt = 24_000;

    /// <summary>Blocks nearest to the passage first, as many as fit; shown in their order.</summary>
    public static string Of(QuestionCandidateRow candidate, CitedBlocks blocks)
    {
        var shown = new SortedDictionary<int, string>();
        var length = 0;
        for (var step = 0; ; step++)
        {
            int[] places = step == 0 ? [candidate.StartBlock] : [candidate.StartBlock + step, candidate.StartBlock - step];
            var found = places.Where(place => place >= 0).Select(place => (Place: place, Block: blocks.Find(candidate.AgentRunId, candidate.TranscriptOrdinal, place))).Where(b => b.Block is not null).ToArray();
            if (found.Length == 0)
            {
                break;
            }

            foreach (var (place, block) in found)
            {
                var passage = step == 0 && candidate.Passage.Length > 0 ? block!.Text.IndexOf(candidate.Passage, StringComparison.Ordinal) : -1;
                var text = passage < 0 ? Short(block!.Text) : Around(block!.Text, passage, candidate.Passage.Length);
                if (length + text.Length <= LongestExcerpt)
                {
                    length += text.Length;
                    shown.Add(place, text);
                }
            }
        }

        return string.Join('\n', shown.Select(block => string.Create(CultureInfo.InvariantCulture, $"[T{candidate.TranscriptOrdinal}B{block.Key}]\n{block.Value}")));
    }

    /// <summary>A stretch of a long text with the passage in its middle.</summary>
    private static string Around(string text, int start, int length)
    {
        if (text.Length <= LongestBlock)
        {
            return text;
        }

        var first = Math.Clamp(start + (length / 2) - (LongestBlock / 2), 0, text.Length - LongestBlock);
        first += char.IsLowSurrogate(text[first]) ? 1 : 0;
        var end = Math.Min(text.Length, first + LongestBlock);
        end -= char.IsHighSurrogate(text[end - 1]) && end < text.Length ? 1 : 0;
        var excerpt = new StringBuilder();
        if (first > 0)
        {
            excerpt.Append(CultureInfo.InvariantCulture, $"({first} characters left out)\n");
        }

        excerpt.Append(text, first, end - first);
        if (end < text.Length)
        {
            excerpt.Append(CultureInfo.InvariantCulture, $"\n({text.Length - end} characters left out)");
        }

        return excerpt.ToString();
    }

    /// <summary>Beginning and end of a long text; what is left out is said, never within a surrogate pair.</summary>
    private static string Short(string text)
    {
        if (text.Length <= LongestBlock)
        {
            return text;
        }

        var head = LongestBlock * 2 / 3;
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        var tail = text.Length - LongestBlock / 3;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return new StringBuilder().Append(text, 0, head).Append(CultureInfo.InvariantCulture, $"\n({tail - head} characters left out)\n").Append(text, tail, text.Length - tail).ToString();
    }
}

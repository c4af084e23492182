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
                var text = Short(block!.Text);
                if (length + text.Length <= LongestExcerpt)
                {
                    length += text.Length;
                    shown.Add(place, text);
                }
            }
        }

        return string.Join('\n', shown.Select(block => string.Create(CultureInfo.InvariantCulture, $"[T{candidate.TranscriptOrdinal}B{block.Key}]\n{block.Value}")));
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

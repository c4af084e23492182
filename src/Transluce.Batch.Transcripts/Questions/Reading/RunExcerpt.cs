using System.Globalization;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>What a chat model gets to read of a candidate: the blocks around the passage that was found, each under the citation that points to it.</summary>
internal static class RunExcerpt
{
    /// <summary>Blocks on each side of the passage that may be shown.</summary>
    public const int Reach = 200;

    private const int LongestBlock = 2_000;
    private const int LongestExcerpt = 24_000;

    /// <summary>Blocks nearest to the passage first, as many as fit; shown in their order.</summary>
    public static string Of(QuestionCandidateRow candidate, CitedBlocks blocks)
    {
        var shown = new SortedDictionary<int, string>();
        var length = 0;
        var middle = Middle(candidate, blocks);
        for (var step = 0; step <= Reach; step++)
        {
            int[] places = step == 0 ? [middle] : [middle + step, middle - step];
            var found = places.Where(place => place >= 0 && Math.Abs(place - candidate.StartBlock) <= Reach).Select(place => (Place: place, Block: blocks.Find(candidate.AgentRunId, candidate.TranscriptOrdinal, place))).Where(b => b.Block is not null).ToArray();
            if (found.Length == 0)
            {
                break;
            }

            foreach (var (place, block) in found)
            {
                var passage = step == 0 && candidate.Passage.Length > 0 ? block!.Text.IndexOf(candidate.Passage, StringComparison.Ordinal) : -1;
                var text = passage < 0 ? Excerpt.Ends(block!.Text, LongestBlock) : Excerpt.Around(block!.Text, passage, candidate.Passage.Length, LongestBlock);
                if (length + text.Length <= LongestExcerpt)
                {
                    length += text.Length;
                    shown.Add(place, text);
                }
            }
        }

        return string.Join('\n', shown.Select(block => string.Create(CultureInfo.InvariantCulture, $"[T{candidate.TranscriptOrdinal}B{block.Key}]\n{block.Value}")));
    }

    /// <summary>The block that holds the passage: the chunk's first or one behind it, since a chunk is a turn with its results.</summary>
    private static int Middle(QuestionCandidateRow candidate, CitedBlocks blocks)
    {
        for (var place = candidate.StartBlock; candidate.Passage.Length > 0 && place <= candidate.StartBlock + Reach; place++)
        {
            if (blocks.Find(candidate.AgentRunId, candidate.TranscriptOrdinal, place) is not { } block)
            {
                break;
            }

            if (block.Text.Contains(candidate.Passage, StringComparison.Ordinal))
            {
                return place;
            }
        }

        return candidate.StartBlock;
    }
}

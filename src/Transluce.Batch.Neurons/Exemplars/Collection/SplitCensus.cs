using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>What a shard must know about its split before it starts: one pass over the sequences, nothing kept.</summary>
/// <param name="Sequences">Windows of the split; ids run from 0.</param>
/// <param name="LongestTrace">Tokens of the longest window behind its prefix.</param>
internal sealed record SplitCensus(int Sequences, int LongestTrace)
{
    /// <exception cref="ArtifactException">The ids are not 0, 1, 2 …</exception>
    public static SplitCensus Take(IEnumerable<SequenceRow> sequences, Split split, RankingRules rules)
    {
        var (count, longest) = (0, 0);
        foreach (var sequence in sequences)
        {
            if (sequence.Split != split)
            {
                continue;
            }

            if (sequence.SequenceId != count)
            {
                throw new ArtifactException($"Split {split} of the sequences table has sequence {sequence.SequenceId} where {count} should stand; rebuild the sequences artifact.");
            }

            count++;
            longest = Math.Max(longest, sequence.TokenIds.Length - rules.PrefixLength(sequence));
        }

        return new SplitCensus(count, longest);
    }
}

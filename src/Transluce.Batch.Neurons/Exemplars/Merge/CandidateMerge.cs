using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>The exact top k of a split from the top k of its shards.</summary>
internal static class CandidateMerge
{
    /// <summary>
    /// Larger magnitude first, then lower sequence; of equal contexts only the first. A window among the first ranks of the split ranks at
    /// least as high in its own shard, so its trace is there.
    /// </summary>
    public static IEnumerable<ExemplarRow> Merge(IEnumerable<ExemplarCandidateRow> candidates, int k, int tracedRanks, bool removeRepeats)
    {
        var contexts = new HashSet<(long High, long Low)>();
        var rank = 0;
        foreach (var row in candidates.OrderByDescending(row => Math.Abs(row.Activation)).ThenBy(row => row.SequenceId))
        {
            if (rank == k)
            {
                yield break;
            }

            if (removeRepeats && !contexts.Add((row.ContextHigh, row.ContextLow)))
            {
                continue;
            }

            var traced = rank < tracedRanks;
            yield return new ExemplarRow(
                row.Layer,
                row.Neuron,
                row.Polarity,
                row.Split,
                rank,
                row.Activation,
                row.PeakPosition,
                row.SequenceId,
                traced ? row.TraceStart : -1,
                traced ? row.Activations : []);
            rank++;
        }
    }
}

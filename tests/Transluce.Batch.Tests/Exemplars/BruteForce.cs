using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Tests.Exemplars;

/// <summary>Exemplars and statistics the slow way: every activation is kept and sorted.</summary>
internal static class BruteForce
{
    public static List<ExemplarRow> Exemplars(SyntheticCorpus corpus, int layer, int neuron, int polarity, int k, int tracedRanks)
    {
        var peaks = new List<(float Magnitude, int Sequence, int Position)>();
        foreach (var sequence in corpus.Sequences)
        {
            (float Magnitude, int Sequence, int Position)? best = null;
            foreach (var position in Eligible(corpus, sequence))
            {
                var magnitude = polarity * corpus.Activation(layer, sequence.SequenceId, position, neuron);
                if (float.IsFinite(magnitude) && magnitude > 0 && (best is null || magnitude > best.Value.Magnitude))
                {
                    best = (magnitude, sequence.SequenceId, position);
                }
            }

            if (best is { } peak)
            {
                peaks.Add(peak);
            }
        }

        var seen = new HashSet<string>();
        return [.. peaks
            .OrderByDescending(peak => peak.Magnitude)
            .ThenBy(peak => peak.Sequence)
            .Where(peak => !corpus.Rules.RemoveRepeats || seen.Add(Context(corpus.Sequences[peak.Sequence], peak.Position)))
            .Take(k)
            .Select((peak, rank) =>
            {
                var sequence = corpus.Sequences[peak.Sequence];
                var start = corpus.Rules.PrefixLength(sequence);
                float[] trace = rank >= tracedRanks ? [] : [.. Enumerable.Range(start, sequence.TokenIds.Length - start)
                    .Select(position => (float)HalfPrecision.Round(corpus.Activation(layer, peak.Sequence, position, neuron)))];
                return new ExemplarRow(layer, neuron, polarity, Split.Train, rank, polarity * peak.Magnitude, peak.Position, peak.Sequence, rank < tracedRanks ? start : -1, trace);
            })];
    }

    public static float[] Activations(SyntheticCorpus corpus, int layer, int neuron)
        => [.. corpus.Sequences.SelectMany(sequence => Eligible(corpus, sequence).Select(position => corpus.Activation(layer, sequence.SequenceId, position, neuron)))];

    /// <summary>numpy's "linear" quantile, and the largest magnitude of the signs of the two values it lies between (zero counts as positive).</summary>
    public static (double Value, double Scale) Quantile(float[] sorted, double level)
    {
        var at = level * (sorted.Length - 1);
        var below = sorted[(int)Math.Floor(at)];
        var above = sorted[Math.Min(sorted.Length - 1, (int)Math.Floor(at) + 1)];
        var scale = Math.Max(below < 0 ? -sorted[0] : sorted[^1], above < 0 ? -sorted[0] : sorted[^1]);
        return (below + ((at - Math.Floor(at)) * ((double)above - below)), scale);
    }

    private static IEnumerable<int> Eligible(SyntheticCorpus corpus, SequenceRow sequence)
        => Enumerable.Range(0, sequence.TokenIds.Length)
            .Where(position => position >= corpus.Rules.PrefixLength(sequence) && corpus.Rules.IsEligible(sequence.TokenIds[position]));

    private static string Context(SequenceRow sequence, int position)
        => string.Join(',', sequence.TokenIds[Math.Max(0, position - 7)..(position + 1)]);
}

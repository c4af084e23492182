using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>A split's control pool in its fixed order: batches of windows by rank, each cut by prefix, and the kinds of prefix numbered by first appearance.</summary>
internal sealed class PoolLayout
{
    private readonly SequenceRow[] windows;
    private readonly RankingRules rules;
    private readonly List<int[]> prefixes = [];

    /// <param name="sequences">Rows of the sequences table; those outside the split's pool are passed over.</param>
    /// <param name="split">The split.</param>
    /// <param name="rules">What belongs to a prefix.</param>
    public PoolLayout(IEnumerable<SequenceRow> sequences, Split split, RankingRules rules)
    {
        this.rules = rules;
        windows = [.. sequences.Where(sequence => sequence.Split == split && sequence.ControlRank >= 0).OrderBy(sequence => sequence.ControlRank)];
        foreach (var window in windows)
        {
            var prefix = window.TokenIds.AsSpan(0, rules.PrefixLength(window));
            if (prefix.Length > 0 && KindOf(prefix) < 0)
            {
                prefixes.Add(prefix.ToArray());
            }
        }
    }

    public int WindowCount => windows.Length;

    /// <summary>Constant prefixes by kind.</summary>
    public IReadOnlyList<int[]> Prefixes => prefixes;

    /// <summary>The forward passes of windows first … end - 1.</summary>
    public IEnumerable<SequenceBatch> Batches(int batchSize, int first = 0, int end = int.MaxValue)
        => windows.Take(end).Skip(first).Chunk(batchSize).SelectMany(batch => SequenceBatch.Partition(batch, rules));

    /// <summary>Number of a prefix, or -1 for none.</summary>
    public int KindOf(ReadOnlySpan<int> prefix)
    {
        for (var kind = 0; kind < prefixes.Count; kind++)
        {
            if (prefix.SequenceEqual(prefixes[kind]))
            {
                return kind;
            }
        }

        return -1;
    }

    /// <summary>The rank under which a prefix's own residual is stored: -1 for the first kind, then downwards.</summary>
    public static int RankOfPrefix(int kind) => -1 - kind;
}

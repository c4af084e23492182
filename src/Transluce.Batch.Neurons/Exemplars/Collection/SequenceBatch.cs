using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Windows of one batch that share their constant prefix: the rows of one forward pass, right-padded to the longest.</summary>
internal sealed class SequenceBatch
{
    private SequenceBatch(int[] prefix, List<SequenceRow> sequences, RankingRules rules)
    {
        Prefix = prefix;
        Sequences = sequences;
        Length = sequences.Max(sequence => sequence.TokenIds.Length) - prefix.Length;
        EligibleStarts = new int[sequences.Count + 1];
        var eligible = new List<int>(sequences.Count * Length);
        for (var row = 0; row < sequences.Count; row++)
        {
            var ids = sequences[row].TokenIds;
            for (var position = prefix.Length; position < ids.Length; position++)
            {
                if (rules.IsEligible(ids[position]))
                {
                    eligible.Add(position - prefix.Length);
                }
            }

            EligibleStarts[row + 1] = eligible.Count;
        }

        Eligible = [.. eligible];
        ContextHashes = rules.RemoveRepeats ? HashContexts() : [];
    }

    /// <summary>Token ids of the shared prefix; empty where the windows have none.</summary>
    public int[] Prefix { get; }

    public IReadOnlyList<SequenceRow> Sequences { get; }

    /// <summary>Tokens per row of the forward pass: the longest window without its prefix.</summary>
    public int Length { get; }

    /// <summary>Eligible positions of all rows, one row after the other, counted from the end of the prefix.</summary>
    public int[] Eligible { get; }

    /// <summary>Where each row's eligible positions start in <see cref="Eligible"/>; one entry more than rows.</summary>
    public int[] EligibleStarts { get; }

    /// <summary>One hash per entry of [row, position], or empty where repeats are kept.</summary>
    public UInt128[] ContextHashes { get; }

    /// <summary>Tokens of one row, padding left out.</summary>
    public int LengthOf(int row) => Sequences[row].TokenIds.Length - Prefix.Length;

    /// <summary>Tokens that go through the model, padding left out.</summary>
    public int Tokens => Sequences.Sum(sequence => sequence.TokenIds.Length - Prefix.Length);

    /// <summary>Cuts a batch by prefix, in order of first appearance, so that the cut depends on the batch alone. Windows that are all prefix have nothing to run.</summary>
    public static IReadOnlyList<SequenceBatch> Partition(IEnumerable<SequenceRow> batch, RankingRules rules)
    {
        var groups = new List<(int[] Prefix, List<SequenceRow> Sequences)>();
        foreach (var sequence in batch)
        {
            var length = rules.PrefixLength(sequence);
            if (length == sequence.TokenIds.Length)
            {
                continue;
            }

            var prefix = sequence.TokenIds.AsSpan(0, length);
            var found = -1;
            for (var i = 0; i < groups.Count && found < 0; i++)
            {
                found = prefix.SequenceEqual(groups[i].Prefix) ? i : -1;
            }

            if (found < 0)
            {
                found = groups.Count;
                groups.Add((prefix.ToArray(), []));
            }

            groups[found].Sequences.Add(sequence);
        }

        return [.. groups.Select(group => new SequenceBatch(group.Prefix, group.Sequences, rules))];
    }

    /// <summary>Ids behind the prefix, [rows, length], padded with id 0; padding comes last and nothing attends to it.</summary>
    public long[] PaddedIds()
    {
        var ids = new long[Sequences.Count * Length];
        for (var row = 0; row < Sequences.Count; row++)
        {
            var tokens = Sequences[row].TokenIds;
            for (var position = Prefix.Length; position < tokens.Length; position++)
            {
                ids[(row * Length) + position - Prefix.Length] = tokens[position];
            }
        }

        return ids;
    }

    private UInt128[] HashContexts()
    {
        var hashes = new UInt128[Sequences.Count * Length];
        for (var row = 0; row < Sequences.Count; row++)
        {
            for (var i = EligibleStarts[row]; i < EligibleStarts[row + 1]; i++)
            {
                hashes[(row * Length) + Eligible[i]] = ContextHash.Of(Sequences[row].TokenIds, Eligible[i] + Prefix.Length);
            }
        }

        return hashes;
    }
}

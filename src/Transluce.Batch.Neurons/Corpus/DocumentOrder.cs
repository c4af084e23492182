using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons;

/// <summary>A seeded permutation of a source's documents, cut into the three splits: every document is in exactly one. Four bytes a document.</summary>
internal sealed class DocumentOrder
{
    private readonly int[] permutation;
    private readonly int[] ends;

    public DocumentOrder(int documents, ulong seed, SplitShares shares)
    {
        permutation = new int[documents];
        for (var i = 0; i < documents; i++)
        {
            permutation[i] = i;
        }

        var random = new SplitMix64(seed);
        for (var i = documents - 1; i > 0; i--)
        {
            var j = random.NextBelow(i + 1);
            (permutation[i], permutation[j]) = (permutation[j], permutation[i]);
        }

        ends = Cut(documents, shares);
    }

    /// <summary>Ordinals of the split's documents, in shuffled order.</summary>
    public ReadOnlyMemory<int> Of(Split split)
    {
        var start = split == Split.Train ? 0 : ends[(int)split - 1];
        return permutation.AsMemory(start, ends[(int)split] - start);
    }

    /// <summary>Whole documents by largest remainder: each split gets its share rounded down or up, and together they get everything.</summary>
    private static int[] Cut(int documents, SplitShares shares)
    {
        double[] exact = [shares.Train * documents, shares.Valid * documents, shares.Test * documents];
        var counts = exact.Select(value => (int)Math.Floor(value)).ToArray();
        var byRemainder = Enumerable.Range(0, 3).OrderByDescending(i => exact[i] - counts[i]).ToArray();
        // Shares add up to 1 only up to rounding, so the difference may have either sign.
        for (var i = 0; counts.Sum() < documents; i = (i + 1) % 3)
        {
            counts[byRemainder[i]]++;
        }

        return [counts[0], Math.Min(documents, counts[0] + counts[1]), documents];
    }
}

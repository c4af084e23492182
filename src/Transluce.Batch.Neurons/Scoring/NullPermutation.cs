using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons.Scoring;

/// <summary>A seeded permutation of a layer's neurons without fixed points: whose description stands in for whose. One random cycle through all of them (Sattolo 1986).</summary>
internal static class NullPermutation
{
    /// <summary>Neuron → another neuron; with a single neuron there is none, and it maps to -1.</summary>
    public static int[] Of(int neurons, int layer, int seed)
    {
        if (neurons == 1)
        {
            return [-1];
        }

        var random = new SplitMix64(SplitMix64.Seed(seed, "null permutation", (ulong)layer));
        int[] permutation = [.. Enumerable.Range(0, neurons)];
        for (var i = neurons - 1; i > 0; i--)
        {
            var j = random.NextBelow(i);
            (permutation[i], permutation[j]) = (permutation[j], permutation[i]);
        }

        return permutation;
    }
}

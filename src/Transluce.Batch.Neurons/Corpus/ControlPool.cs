using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Neurons;

/// <summary>A uniformly random subset of a split's sequences: those with the smallest seeded hashes, ranked by them.</summary>
internal static class ControlPool
{
    /// <summary>Sequence id → rank 0 … size - 1; the whole split where it has fewer sequences. Memory grows with the pool only.</summary>
    public static Dictionary<int, int> Choose(int sequences, int size, int seed, Split split)
    {
        // The heap's top is the worst of those kept; the id breaks ties between equal hashes.
        var kept = new PriorityQueue<int, (ulong Hash, int Id)>(Comparer<(ulong Hash, int Id)>.Create((left, right) => right.CompareTo(left)));
        for (var id = 0; id < sequences; id++)
        {
            var priority = (Priority(seed, split, id), id);
            if (kept.Count < size)
            {
                kept.Enqueue(id, priority);
            }
            else
            {
                kept.EnqueueDequeue(id, priority);
            }
        }

        var ranks = new Dictionary<int, int>(kept.Count);
        while (kept.TryDequeue(out var id, out _))
        {
            ranks.Add(id, kept.Count);
        }

        return ranks;
    }

    private static ulong Priority(int seed, Split split, int id) => SplitMix64.Seed(seed, "control pool", (ulong)split, (ulong)id);
}

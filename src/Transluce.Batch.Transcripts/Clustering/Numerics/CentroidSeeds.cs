using System.Numerics;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// k-means++ (Arthur and Vassilvitskii 2007) with several candidates per draw, of which the best is taken. Draws come from a sample of
/// <see cref="RowsPerCluster"/> rows a cluster: a pass over all rows for each centroid would cost more than the iterations that follow.
/// </summary>
internal static class CentroidSeeds
{
    public const int RowsPerCluster = 32;

    private const int LeastRows = 4096;

    /// <returns>Rows of the table that the centroids start from.</returns>
    public static int[] Draw(VectorTable vectors, int clusters, SeededDraws draws, int threads)
    {
        var sample = draws.Sample(vectors.Rows, Math.Max(LeastRows, RowsPerCluster * clusters));
        var candidates = 2 + (7 * BitOperations.Log2((uint)clusters) / 10);
        var closest = new float[sample.Length];
        closest.AsSpan().Fill(float.PositiveInfinity);
        var chosen = new int[clusters];
        var trial = new Trial(vectors, sample, threads);
        for (var i = 0; i < clusters; i++)
        {
            var places = i == 0 ? [draws.NextBelow(sample.Length)] : Places(closest, candidates, ref draws);
            var best = trial.Run(places, closest);
            chosen[i] = sample[best];
        }

        return chosen;
    }

    /// <summary>Places drawn in proportion to the squared distance to the nearest centroid so far.</summary>
    private static int[] Places(float[] closest, int count, ref SeededDraws draws)
    {
        var totals = new double[closest.Length];
        var total = 0.0;
        for (var i = 0; i < totals.Length; i++)
        {
            total += closest[i];
            totals[i] = total;
        }

        var places = new int[count];
        for (var i = 0; i < count; i++)
        {
            var place = Array.BinarySearch(totals, draws.NextDouble() * total);
            place = place < 0 ? ~place : place;
            while (place < totals.Length && closest[place] == 0)
            {
                place++;
            }

            // Nothing left but copies of what was drawn: any of them.
            places[i] = total > 0 && place < totals.Length ? place : draws.NextBelow(totals.Length);
        }

        return places;
    }

    private sealed class Trial(VectorTable vectors, int[] sample, int threads)
    {
        private readonly int blocks = FixedBlocks.Count(sample.Length);

        /// <summary>Takes the candidate that leaves the least sum of distances, of equal ones the first; lowers <paramref name="closest"/> by it.</summary>
        public int Run(int[] places, float[] closest)
        {
            var distances = new float[places.Length][];
            for (var i = 0; i < places.Length; i++)
            {
                distances[i] = new float[sample.Length];
            }

            var sums = new double[blocks, places.Length];
            FixedBlocks.Run(blocks, threads, block =>
            {
                for (var i = block * FixedBlocks.Rows; i < Math.Min(sample.Length, (block + 1) * FixedBlocks.Rows); i++)
                {
                    var row = vectors[sample[i]];
                    for (var candidate = 0; candidate < places.Length; candidate++)
                    {
                        var distance = Math.Min(closest[i], SquaredDistance(row, vectors[sample[places[candidate]]], sample[i] == sample[places[candidate]]));
                        distances[candidate][i] = distance;
                        sums[block, candidate] += distance;
                    }
                }
            });

            var best = 0;
            var least = double.PositiveInfinity;
            for (var candidate = 0; candidate < places.Length; candidate++)
            {
                var total = 0.0;
                for (var block = 0; block < blocks; block++)
                {
                    total += sums[block, candidate];
                }

                (best, least) = total < least ? (candidate, total) : (best, least);
            }

            distances[best].CopyTo(closest, 0);
            return places[best];
        }

        // Of vectors of length one.
        private static float SquaredDistance(ReadOnlySpan<float> row, ReadOnlySpan<float> centroid, bool same)
            => same ? 0 : MathF.Max(0, 2 - (2 * FixedDot.Single(row, centroid)));
    }
}

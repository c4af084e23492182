using Transluce.Batch.Transcripts.Clustering;

namespace Transluce.Batch.Tests.Clustering;

/// <summary>Lloyd's iteration as it is written in a textbook, in double precision.</summary>
internal static class PlainKMeans
{
    public static (int[] Assignment, float[] Centroids) Run(VectorTable vectors, int[] seeds, int iterations)
    {
        var d = vectors.Dimensions;
        float[][] centroids = [.. seeds.Select(row => vectors[row].ToArray())];
        var assignment = new int[vectors.Rows];
        for (var iteration = 0; ; iteration++)
        {
            int[] next = [.. Enumerable.Range(0, vectors.Rows).Select(row => Nearest(vectors[row], centroids))];
            var changed = iteration == 0 || !next.SequenceEqual(assignment);
            assignment = next;
            if (!changed || iteration == iterations)
            {
                return (assignment, [.. centroids.SelectMany(c => c)]);
            }

            for (var cluster = 0; cluster < centroids.Length; cluster++)
            {
                var rows = Enumerable.Range(0, vectors.Rows).Where(row => assignment[row] == cluster).ToArray();
                Assert.InRange(rows.Length, 1, 256);
                var sums = new double[d];
                foreach (var row in rows)
                {
                    for (var i = 0; i < d; i++)
                    {
                        sums[i] += vectors[row][i];
                    }
                }

                centroids[cluster] = [.. sums.Select(sum => (float)(sum / rows.Length))];
            }
        }
    }

    private static int Nearest(ReadOnlySpan<float> row, float[][] centroids)
    {
        var best = 0;
        var least = double.PositiveInfinity;
        for (var cluster = 0; cluster < centroids.Length; cluster++)
        {
            var distance = 0.0;
            for (var i = 0; i < row.Length; i++)
            {
                var difference = (double)row[i] - centroids[cluster][i];
                distance += difference * difference;
            }

            (best, least) = distance < least - 1e-14 ? (cluster, distance) : (best, least);
        }

        return best;
    }
}

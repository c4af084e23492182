namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>Distances of items to their own centroid and to the nearest other one, 1 - cosine in double precision.</summary>
internal sealed class ItemPlaces
{
    // Of two vectors of length one no distance is longer: it stands where there is no second centroid.
    private const double Furthest = 2;

    private ItemPlaces(double[] distances, double[] margins) => (Distances, Margins) = (distances, margins);

    /// <summary>Per item, to the own centroid; for an outlier to the nearest.</summary>
    public double[] Distances { get; }

    /// <summary>The second nearest centroid's distance less the own one. Below zero where an item keeps the cluster of a baseline though another has come nearer.</summary>
    public double[] Margins { get; }

    public static ItemPlaces Of(VectorTable vectors, LeafClusters leaves, int threads)
    {
        var distances = new double[vectors.Rows];
        var margins = new double[vectors.Rows];
        FixedBlocks.Run(FixedBlocks.Count(vectors.Rows), threads, block =>
        {
            for (var row = block * FixedBlocks.Rows; row < Math.Min(vectors.Rows, (block + 1) * FixedBlocks.Rows); row++)
            {
                var (nearest, second) = (Furthest, Furthest);
                var own = leaves.Assignment[row] >= 0 ? Distance(vectors[row], leaves.Centroids[leaves.Assignment[row]]) : double.NaN;
                for (var cluster = 0; cluster < leaves.Centroids.Rows; cluster++)
                {
                    if (cluster != leaves.Assignment[row])
                    {
                        var distance = Distance(vectors[row], leaves.Centroids[cluster]);
                        (nearest, second) = distance < nearest ? (distance, nearest) : (nearest, Math.Min(second, distance));
                    }
                }

                (distances[row], margins[row]) = double.IsNaN(own) ? (nearest, second - nearest) : (own, nearest - own);
            }
        });
        return new ItemPlaces(distances, margins);
    }

    public static double Distance(ReadOnlySpan<float> vector, ReadOnlySpan<float> centroid) => Math.Max(0, 1 - FixedDot.Double(vector, centroid));
}

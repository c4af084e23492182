using System.Runtime.Intrinsics;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// The nearest centroid of each row: the one with the least squared distance in double precision in <see cref="FixedDot"/>'s order, of equal
/// ones the lowest. Single precision only narrows: whatever is within its error bound of the best is decided in double precision, so that
/// the result depends on neither threads nor processor.
/// </summary>
internal sealed class NearestCentroids
{
    private const int ChunkRows = 8 * CentroidPanels.TileRows;

    private readonly VectorTable vectors;
    private readonly VectorTable centroids;
    private readonly CentroidPanels panels;
    private readonly double[] rowNorms;
    private readonly double[] halfNorms;
    private readonly float[] offsets;
    private readonly double error;
    private readonly int threads;

    /// <param name="vectors">Rows.</param>
    /// <param name="rowNorms">Their squared lengths, see <see cref="SquaredNorms"/>.</param>
    /// <param name="centroids">At least one.</param>
    /// <param name="threads">Threads to use.</param>
    public NearestCentroids(VectorTable vectors, double[] rowNorms, VectorTable centroids, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(centroids.Dimensions, vectors.Dimensions);
        this.vectors = vectors;
        this.rowNorms = rowNorms;
        this.centroids = centroids;
        this.threads = threads;
        panels = new CentroidPanels(centroids);
        halfNorms = [.. Enumerable.Range(0, centroids.Rows).Select(i => FixedDot.Double(centroids[i], centroids[i]) / 2)];
        offsets = new float[panels.Columns];
        offsets.AsSpan().Fill(float.PositiveInfinity);
        for (var i = 0; i < halfNorms.Length; i++)
        {
            offsets[i] = (float)halfNorms[i];
        }

        // |fl(x·c) - x·c| ≤ n u / (1 - n u) · |x| |c| for any order of summation (Higham 2002, 3.5); a few u more for the offset.
        var largestRow = Math.Sqrt(rowNorms.Length == 0 ? 0 : rowNorms.Max());
        var largestHalfNorm = halfNorms.Max();
        error = (vectors.Dimensions + 8) * 1.01 * Math.ScaleB(1, -24) * ((largestRow * Math.Sqrt(2 * largestHalfNorm)) + largestHalfNorm);
    }

    public static double[] SquaredNorms(VectorTable vectors, int threads)
    {
        var norms = new double[vectors.Rows];
        FixedBlocks.Run(FixedBlocks.Count(vectors.Rows), threads, block =>
        {
            for (var row = block * FixedBlocks.Rows; row < Math.Min(norms.Length, (block + 1) * FixedBlocks.Rows); row++)
            {
                norms[row] = FixedDot.Double(vectors[row], vectors[row]);
            }
        });
        return norms;
    }

    /// <summary>Squared distance in double precision.</summary>
    public double SquaredDistance(int row, int centroid) => rowNorms[row] - (2 * Score(row, centroid));

    /// <summary>Sum of squared distances under an assignment.</summary>
    public double Inertia(int[] assignment) => FixedBlocks.Sum(vectors.Rows, threads, row => Math.Max(0, SquaredDistance(row, assignment[row])));

    /// <summary>Finds the nearest centroid of every row whose bounds allow a change.</summary>
    /// <param name="assignment">Per row; under <paramref name="fresh"/> it holds nothing yet.</param>
    /// <param name="bounds">Read, unless fresh, and renewed.</param>
    /// <param name="fresh">Whether every row is to be compared.</param>
    /// <returns>Rows whose centroid changed.</returns>
    public int Assign(int[] assignment, DistanceBounds bounds, bool fresh)
    {
        var changes = new int[FixedBlocks.Count(vectors.Rows)];
        FixedBlocks.Run(changes.Length, threads, block => changes[block] = AssignBlock(block, assignment, bounds, fresh));
        return changes.Sum();
    }

    private unsafe int AssignBlock(int block, int[] assignment, DistanceBounds bounds, bool fresh)
    {
        var start = block * FixedBlocks.Rows;
        var end = Math.Min(vectors.Rows, start + FixedBlocks.Rows);
        Span<int> open = stackalloc int[FixedBlocks.Rows + CentroidPanels.TileRows];
        var count = 0;
        for (var row = start; row < end; row++)
        {
            if (fresh || MayChange(row, assignment[row], bounds))
            {
                open[count++] = row;
            }
        }

        var scores = new float[ChunkRows * panels.Columns];
        var changes = 0;
        fixed (float* values = vectors.Values, first = scores)
        {
            for (var chunk = 0; chunk < count; chunk += ChunkRows)
            {
                var rows = Math.Min(ChunkRows, count - chunk);
                var padded = (rows + CentroidPanels.TileRows - 1) / CentroidPanels.TileRows * CentroidPanels.TileRows;
                open[(chunk + rows)..].Slice(0, padded - rows).Fill(open[chunk]);
                panels.Multiply(values, open.Slice(chunk, padded), first);
                for (var i = 0; i < rows; i++)
                {
                    var row = open[chunk + i];
                    var nearest = Choose(row, first + ((long)i * panels.Columns), bounds);
                    changes += fresh || assignment[row] != nearest ? 1 : 0;
                    assignment[row] = nearest;
                }
            }
        }

        return changes;
    }

    private bool MayChange(int row, int current, DistanceBounds bounds)
    {
        if (bounds.Separated(row))
        {
            return false;
        }

        bounds.Tighten(row, SquaredDistance(row, current));
        return !bounds.Separated(row);
    }

    private unsafe int Choose(int row, float* scores, DistanceBounds bounds)
    {
        var best = Offset(scores);
        var threshold = Vector256.Create(MathF.BitDecrement((float)(best - (2 * error))));
        var chosen = -1;
        var chosenScore = 0.0;
        for (var column = 0; column < panels.Columns; column += 8)
        {
            var near = Vector256.GreaterThanOrEqual(Vector256.Load(scores + column), threshold).ExtractMostSignificantBits();
            for (; near != 0; near &= near - 1)
            {
                var candidate = column + System.Numerics.BitOperations.TrailingZeroCount(near);
                if (chosen < 0)
                {
                    (chosen, chosenScore) = (candidate, double.NaN);
                    continue;
                }

                // A near tie: both in double precision, and the earlier one keeps its place unless it is worse.
                chosenScore = double.IsNaN(chosenScore) ? Score(row, chosen) : chosenScore;
                var score = Score(row, candidate);
                (chosen, chosenScore) = score > chosenScore ? (candidate, score) : (chosen, chosenScore);
            }
        }

        scores[chosen] = float.NegativeInfinity;
        var norm = rowNorms[row];
        bounds.Set(row, norm - (2 * (best - (3 * error))), norm - (2 * (Largest(scores) + error)));
        return chosen;
    }

    private double Score(int row, int centroid) => FixedDot.Double(vectors[row], centroids[centroid]) - halfNorms[centroid];

    /// <summary>Takes half the centroid's squared length from each product, so that the largest is the nearest.</summary>
    /// <returns>The largest.</returns>
    private unsafe float Offset(float* scores)
    {
        var largest = Vector256.Create(float.NegativeInfinity);
        for (var column = 0; column < panels.Columns; column += 8)
        {
            var score = Vector256.Load(scores + column) - Vector256.Create(offsets, column);
            score.Store(scores + column);
            largest = Vector256.Max(largest, score);
        }

        return Largest(largest);
    }

    private unsafe float Largest(float* scores)
    {
        var largest = Vector256.Create(float.NegativeInfinity);
        for (var column = 0; column < panels.Columns; column += 8)
        {
            largest = Vector256.Max(largest, Vector256.Load(scores + column));
        }

        return Largest(largest);
    }

    private static float Largest(Vector256<float> lanes)
    {
        var half = Vector128.Max(lanes.GetLower(), lanes.GetUpper());
        return MathF.Max(MathF.Max(half[0], half[1]), MathF.Max(half[2], half[3]));
    }
}

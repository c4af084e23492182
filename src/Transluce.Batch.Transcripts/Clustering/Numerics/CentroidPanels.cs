using System.Runtime.Intrinsics;

namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>
/// Centroids turned over into panels of 16, so that six rows meet sixteen centroids in registers. The scores are rounded as the processor
/// likes; <see cref="NearestCentroids"/> takes them as bounds only.
/// </summary>
internal sealed unsafe class CentroidPanels
{
    /// <summary>Rows that a tile takes at once: 12 sums, two panel vectors and one row value fill the 16 registers of AVX2.</summary>
    public const int TileRows = 6;

    private const int Width = 16;

    private readonly float[] panels;
    private readonly int dimensions;

    public CentroidPanels(VectorTable centroids)
    {
        dimensions = centroids.Dimensions;
        Columns = (centroids.Rows + Width - 1) / Width * Width;
        panels = new float[(long)Columns * dimensions];
        for (var column = 0; column < centroids.Rows; column++)
        {
            var target = panels.AsSpan((column / Width * Width * dimensions) + (column % Width));
            var centroid = centroids[column];
            for (var i = 0; i < dimensions; i++)
            {
                target[i * Width] = centroid[i];
            }
        }
    }

    /// <summary>Centroids, and zeros up to a whole panel.</summary>
    public int Columns { get; }

    /// <summary>Scalar products of rows with all centroids.</summary>
    /// <param name="values">The first number of row 0.</param>
    /// <param name="rows">Numbers of the rows; a multiple of six, padded by repeats.</param>
    /// <param name="scores">Rows × columns.</param>
    public void Multiply(float* values, ReadOnlySpan<int> rows, float* scores)
    {
        fixed (float* first = panels)
        {
            for (var column = 0; column < Columns; column += Width)
            {
                var panel = first + ((long)column * dimensions);
                for (var row = 0; row < rows.Length; row += TileRows)
                {
                    Tile(
                        values + ((long)rows[row] * dimensions),
                        values + ((long)rows[row + 1] * dimensions),
                        values + ((long)rows[row + 2] * dimensions),
                        values + ((long)rows[row + 3] * dimensions),
                        values + ((long)rows[row + 4] * dimensions),
                        values + ((long)rows[row + 5] * dimensions),
                        panel,
                        scores + ((long)row * Columns) + column);
                }
            }
        }
    }

    private void Tile(float* r0, float* r1, float* r2, float* r3, float* r4, float* r5, float* panel, float* scores)
    {
        var (a0, a1, a2, a3, a4, a5) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (b0, b1, b2, b3, b4, b5) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < dimensions; i++, panel += Width)
        {
            var left = Vector256.Load(panel);
            var right = Vector256.Load(panel + 8);
            var x = Vector256.Create(r0[i]);
            a0 = Vector256.MultiplyAddEstimate(x, left, a0);
            b0 = Vector256.MultiplyAddEstimate(x, right, b0);
            x = Vector256.Create(r1[i]);
            a1 = Vector256.MultiplyAddEstimate(x, left, a1);
            b1 = Vector256.MultiplyAddEstimate(x, right, b1);
            x = Vector256.Create(r2[i]);
            a2 = Vector256.MultiplyAddEstimate(x, left, a2);
            b2 = Vector256.MultiplyAddEstimate(x, right, b2);
            x = Vector256.Create(r3[i]);
            a3 = Vector256.MultiplyAddEstimate(x, left, a3);
            b3 = Vector256.MultiplyAddEstimate(x, right, b3);
            x = Vector256.Create(r4[i]);
            a4 = Vector256.MultiplyAddEstimate(x, left, a4);
            b4 = Vector256.MultiplyAddEstimate(x, right, b4);
            x = Vector256.Create(r5[i]);
            a5 = Vector256.MultiplyAddEstimate(x, left, a5);
            b5 = Vector256.MultiplyAddEstimate(x, right, b5);
        }

        Store(scores, a0, b0);
        Store(scores + Columns, a1, b1);
        Store(scores + (2L * Columns), a2, b2);
        Store(scores + (3L * Columns), a3, b3);
        Store(scores + (4L * Columns), a4, b4);
        Store(scores + (5L * Columns), a5, b5);
    }

    private static void Store(float* scores, Vector256<float> left, Vector256<float> right)
    {
        left.Store(scores);
        right.Store(scores + 8);
    }
}

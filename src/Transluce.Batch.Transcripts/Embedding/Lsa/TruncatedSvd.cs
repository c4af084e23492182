namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>
/// The leading right singular vectors of a sparse matrix by randomised subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4):
/// a random subspace, a little wider than asked, is drawn towards the leading one by multiplying it with the matrix and its transpose.
/// </summary>
internal static class TruncatedSvd
{
    private const int Oversampling = 20;
    private const int Iterations = 6;

    /// <summary>A row for each column of the matrix; at most so many columns, largest singular value first, each with its largest number positive.</summary>
    public static DenseMatrix RightVectors(SparseMatrix matrix, int count, int seed)
    {
        var transposed = matrix.Transposed();
        var width = Math.Min(count + Oversampling, Math.Min(matrix.Rows, matrix.Columns));
        var space = DenseMatrix.Gaussian(matrix.Columns, width, seed).Orthonormal();
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            space = transposed.Times(matrix.Times(space)).Orthonormal();
        }

        // Twice is enough (Kahan): the first time leaves what the condition number of the last product cost.
        space = space.Orthonormal();
        var pairs = DenseMatrix.EigenPairs(matrix.Times(space).Gram(), space.Columns);
        var largest = pairs.Count > 0 ? pairs[0].Value : 0;
        var vectors = space.Times([.. pairs.Take(count).Where(p => p.Value > largest * 1e-12).Select(p => p.Vector)]);
        FixSigns(vectors);
        return vectors;
    }

    private static void FixSigns(DenseMatrix vectors)
    {
        for (var column = 0; column < vectors.Columns; column++)
        {
            var largest = 0.0;
            for (var row = 0; row < vectors.Rows; row++)
            {
                largest = Math.Abs(vectors.Row(row)[column]) > Math.Abs(largest) ? vectors.Row(row)[column] : largest;
            }

            for (var row = 0; row < vectors.Rows && largest < 0; row++)
            {
                vectors.Row(row)[column] = -vectors.Row(row)[column];
            }
        }
    }
}

using System.Numerics.Tensors;
using static TorchSharp.torch;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>A tall, narrow matrix of fp64, by rows.</summary>
internal sealed class DenseMatrix(int rows, int columns)
{
    private const int BlockRows = 1024;

    private readonly double[] values = new double[checked(rows * columns)];

    public int Rows => rows;

    public int Columns => columns;

    public Span<double> Row(int row) => values.AsSpan(row * columns, columns);

    /// <summary>Independent standard normal numbers (Box and Muller).</summary>
    public static DenseMatrix Gaussian(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var matrix = new DenseMatrix(rows, columns);
        for (var index = 0; index < matrix.values.Length; index++)
        {
            matrix.values[index] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return matrix;
    }

    /// <summary>The transpose of this matrix times itself, summed in fixed blocks of rows.</summary>
    public double[] Gram()
    {
        var blocks = new double[(rows + BlockRows - 1) / BlockRows][];
        Parallel.For(0, blocks.Length, block =>
        {
            var sum = blocks[block] = new double[columns * columns];
            for (var row = block * BlockRows; row < Math.Min(rows, (block + 1) * BlockRows); row++)
            {
                var source = Row(row);
                for (var i = 0; i < columns; i++)
                {
                    var target = sum.AsSpan(i * columns, columns);
                    TensorPrimitives.MultiplyAdd(source, source[i], target, target);
                }
            }
        });
        var gram = new double[columns * columns];
        foreach (var block in blocks)
        {
            for (var index = 0; index < gram.Length; index++)
            {
                gram[index] += block[index];
            }
        }

        return gram;
    }

    /// <summary>This matrix times a small one, given by its columns.</summary>
    public DenseMatrix Times(IReadOnlyList<double[]> byColumn)
    {
        var byRow = new DenseMatrix(columns, byColumn.Count);
        for (var row = 0; row < columns; row++)
        {
            for (var column = 0; column < byColumn.Count; column++)
            {
                byRow.Row(row)[column] = byColumn[column][row];
            }
        }

        var product = new DenseMatrix(rows, byColumn.Count);
        Parallel.For(0, rows, row =>
        {
            var source = Row(row);
            var target = product.Row(row);
            for (var index = 0; index < source.Length; index++)
            {
                TensorPrimitives.MultiplyAdd(byRow.Row(index), source[index], target, target);
            }
        });
        return product;
    }

    /// <summary>Columns at right angles and of length one that span the same space; directions that rounding made up are left out.</summary>
    public DenseMatrix Orthonormal()
    {
        var pairs = EigenPairs(Gram(), columns);
        var largest = pairs.Count > 0 ? pairs[0].Value : 0;
        return Times([.. pairs.Where(p => p.Value > largest * 1e-12 && p.Value > 0).Select(p => p.Vector.Select(v => v / Math.Sqrt(p.Value)).ToArray())]);
    }

    /// <summary>Eigenvalues of a small symmetric matrix, largest first, with their vectors.</summary>
    public static IReadOnlyList<(double Value, double[] Vector)> EigenPairs(double[] symmetric, int size)
    {
        // One thread: how LAPACK splits its sums must not depend on the machine. The setting belongs to this thread and is put back.
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            using var scope = NewDisposeScope();
            var matrix = tensor(symmetric, [size, size], dtype: ScalarType.Float64);
            var (values, vectors) = linalg.eigh(matrix);
            var (ascending, rows) = (values.data<double>().ToArray(), vectors.t().contiguous().data<double>().ToArray());
            return [.. Enumerable.Range(0, size).Reverse().Select(i => (ascending[i], rows[(i * size)..((i + 1) * size)]))];
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}

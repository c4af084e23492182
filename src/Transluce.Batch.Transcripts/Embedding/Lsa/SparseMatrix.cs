using System.Numerics.Tensors;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>A sparse matrix by rows. Every number of a product is summed by one thread in a fixed order, so that it has the same bits at any number of threads.</summary>
internal sealed class SparseMatrix
{
    private readonly List<int> starts = [0];
    private readonly List<int> columns = [];
    private readonly List<double> values = [];

    public SparseMatrix(int columnCount) => Columns = columnCount;

    public int Rows => starts.Count - 1;

    public int Columns { get; }

    public void AddRow(IEnumerable<(int Column, double Value)> entries)
    {
        foreach (var (column, value) in entries)
        {
            columns.Add(column);
            values.Add(value);
        }

        starts.Add(columns.Count);
    }

    /// <summary>Rows become columns; within a row of the result entries ascend.</summary>
    public SparseMatrix Transposed()
    {
        // A counting sort by column: where each row of the result begins, then every entry to its place.
        var next = new int[Columns + 1];
        columns.ForEach(column => next[column + 1]++);
        for (var column = 0; column < Columns; column++)
        {
            next[column + 1] += next[column];
        }

        var transposed = new SparseMatrix(Rows);
        transposed.starts.AddRange(next.Skip(1));
        var (places, sorted) = (new int[columns.Count], new double[columns.Count]);
        for (var row = 0; row < Rows; row++)
        {
            for (var at = starts[row]; at < starts[row + 1]; at++)
            {
                var place = next[columns[at]]++;
                (places[place], sorted[place]) = (row, values[at]);
            }
        }

        transposed.columns.AddRange(places);
        transposed.values.AddRange(sorted);
        return transposed;
    }

    /// <summary>This matrix times a dense one of <see cref="Columns"/> rows.</summary>
    public DenseMatrix Times(DenseMatrix dense)
    {
        var product = new DenseMatrix(Rows, dense.Columns);
        Parallel.For(0, Rows, row =>
        {
            var sum = product.Row(row);
            for (var at = starts[row]; at < starts[row + 1]; at++)
            {
                // Number by number, never fused: the same bits whatever the width of the registers.
                TensorPrimitives.MultiplyAdd(dense.Row(columns[at]), values[at], sum, sum);
            }
        });
        return product;
    }
}

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
        var rows = new List<(int Column, double Value)>?[Columns];
        for (var row = 0; row < Rows; row++)
        {
            for (var at = starts[row]; at < starts[row + 1]; at++)
            {
                (rows[columns[at]] ??= []).Add((row, values[at]));
            }
        }

        var transposed = new SparseMatrix(Rows);
        foreach (var row in rows)
        {
            transposed.AddRow(row ?? []);
        }

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
                var factor = values[at];
                var source = dense.Row(columns[at]);
                for (var column = 0; column < sum.Length; column++)
                {
                    sum[column] += factor * source[column];
                }
            }
        });
        return product;
    }
}

namespace Transluce.Batch.Artifacts;

/// <summary>Key ranges resolved to the columns of a row type.</summary>
internal sealed class KeyFilter<TRow>
    where TRow : class
{
    private readonly (int Column, KeyRange Range)[] ranges;

    public KeyFilter(IEnumerable<KeyRange> ranges)
    {
        this.ranges = [.. ranges.Select(r => (FindColumn(r), r))];
    }

    /// <summary>False where the row group's statistics exclude every row.</summary>
    public bool MayMatch(ParquetFile file, ParquetColumn[] columns, int rowGroup)
    {
        foreach (var (column, range) in ranges)
        {
            if (file.Int32Range(rowGroup, columns[column]) is var (minimum, maximum)
                && (maximum < range.Minimum || minimum > range.Maximum))
            {
                return false;
            }
        }

        return true;
    }

    public bool Matches(ColumnLoader[] loaders, int row)
    {
        foreach (var (column, range) in ranges)
        {
            var value = ((ColumnLoader<int>)loaders[column]).Get(row);
            if (value < range.Minimum || value > range.Maximum)
            {
                return false;
            }
        }

        return true;
    }

    private static int FindColumn(KeyRange range)
    {
        var name = RowColumn.SnakeCase(range.Column);
        var columns = RowSchema<TRow>.Instance.Columns;
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Name == name && columns[i].IsKey && columns[i].ElementType == typeof(int))
            {
                return i;
            }
        }

        throw new ArgumentException($"'{range.Column}' is no integer key column of {typeof(TRow).Name}.");
    }
}

namespace Transluce.Batch.Artifacts;

/// <summary>One column of a row group, decoded and ready to be picked row by row.</summary>
internal abstract class ColumnLoader
{
    public abstract void Load(ParquetFile file, ParquetColumn column, int rowGroup);
}

/// <typeparam name="T">What the row's constructor takes.</typeparam>
internal abstract class ColumnLoader<T> : ColumnLoader
{
    private protected T[] Rows { get; set; } = [];

    public T Get(int row) => Rows[row];

    private protected static ArtifactException Mismatch(ParquetFile file, ParquetColumn column, string what)
        => new($"'{file.Name}': column '{column.Path}' {what}; the file is damaged or was not written by this program. Run 'artifacts verify', delete the artifact and run again.");

    private protected static void RequireRows(ParquetFile file, ParquetColumn column, int rowGroup, int rows)
    {
        if (rows != file.RowGroupRows(rowGroup))
        {
            throw Mismatch(file, column, $"has {rows} rows in row group {rowGroup}, which has {file.RowGroupRows(rowGroup)}");
        }
    }
}

internal sealed class ScalarLoader<T> : ColumnLoader<T>
{
    public override void Load(ParquetFile file, ParquetColumn column, int rowGroup)
    {
        Rows = file.ReadLeaf<T>(rowGroup, column).Values;
        RequireRows(file, column, rowGroup, Rows.Length);
    }
}

internal sealed class NullableScalarLoader<T> : ColumnLoader<T?>
    where T : struct
{
    public override void Load(ParquetFile file, ParquetColumn column, int rowGroup)
    {
        var leaf = file.ReadLeaf<T>(rowGroup, column);
        RequireRows(file, column, rowGroup, leaf.EntryCount);
        Rows = new T?[leaf.EntryCount];
        var next = 0;
        for (var i = 0; i < Rows.Length; i++)
        {
            Rows[i] = leaf.DefinitionLevels[i] == 0 ? null : leaf.Values[next++];
        }
    }
}

internal sealed class NullableTextLoader : ColumnLoader<string?>
{
    public override void Load(ParquetFile file, ParquetColumn column, int rowGroup)
    {
        var leaf = file.ReadLeaf<string>(rowGroup, column);
        RequireRows(file, column, rowGroup, leaf.EntryCount);
        Rows = new string?[leaf.EntryCount];
        var next = 0;
        for (var i = 0; i < Rows.Length; i++)
        {
            Rows[i] = leaf.DefinitionLevels[i] == 0 ? null : leaf.Values[next++];
        }
    }
}

internal sealed class EnumLoader<TEnum> : ColumnLoader<TEnum>
    where TEnum : struct, Enum
{
    public override void Load(ParquetFile file, ParquetColumn column, int rowGroup)
    {
        var leaf = file.ReadLeaf<string>(rowGroup, column);
        RequireRows(file, column, rowGroup, leaf.Values.Length);
        Rows = Array.ConvertAll(leaf.Values, name => EnumNames<TEnum>.TryParse(name, out var value)
            ? value
            : throw Mismatch(file, column, $"holds '{(name.Length > 40 ? name[..40] + "…" : name)}', which is no {typeof(TEnum).Name}"));
    }
}

internal sealed class ListLoader<T> : ColumnLoader<T[]>
{
    public override void Load(ParquetFile file, ParquetColumn column, int rowGroup)
    {
        var leaf = file.ReadLeaf<T>(rowGroup, column);
        var rows = new T[file.RowGroupRows(rowGroup)][];
        var row = -1;
        var first = 0;
        var next = 0;
        for (var entry = 0; entry < leaf.EntryCount; entry++)
        {
            if (leaf.RepetitionLevels[entry] == 0)
            {
                CloseRow();
                row++;
                if (row >= rows.Length)
                {
                    break;
                }
            }

            // A first entry at repetition 1 would belong to no row.
            if (row < 0)
            {
                throw Mismatch(file, column, "does not begin with a row");
            }

            next += leaf.DefinitionLevels[entry] == column.MaxDefinitionLevel ? 1 : 0;
        }

        RequireRows(file, column, rowGroup, row + 1);
        CloseRow();
        Rows = rows;

        void CloseRow()
        {
            if (row >= 0)
            {
                rows[row] = leaf.Values.AsSpan(first, next - first).ToArray();
                first = next;
            }
        }
    }
}

using Parquet;
using Parquet.Schema;

namespace Transluce.Batch.Artifacts;

/// <summary>The values of one column of the row group being gathered.</summary>
internal abstract class ColumnBuffer<TRow>
{
    /// <summary>Bytes held, roughly: a row group is cut when all columns together hold too many.</summary>
    public abstract long ByteCount { get; }

    public abstract void Append(TRow row);

    /// <summary>Writes the gathered values as the next column chunk and forgets them.</summary>
    public abstract Task FlushAsync(ParquetRowGroupWriter group, DataField leaf);

    protected static void Add<T>(ref T[] items, ref int count, T item)
    {
        if (count == items.Length)
        {
            Array.Resize(ref items, Math.Max(64, items.Length * 2));
        }

        items[count++] = item;
    }
}

internal sealed class ScalarBuffer<TRow, T>(Func<TRow, T> get) : ColumnBuffer<TRow>
    where T : unmanaged
{
    private T[] values = [];
    private int count;

    public override unsafe long ByteCount => (long)count * sizeof(T);

    public override void Append(TRow row) => Add(ref values, ref count, get(row));

    public override async Task FlushAsync(ParquetRowGroupWriter group, DataField leaf)
    {
        await group.WriteAsync<T>(leaf, values.AsMemory(0, count));
        count = 0;
    }
}

internal sealed class NullableScalarBuffer<TRow, T>(Func<TRow, T?> get) : ColumnBuffer<TRow>
    where T : unmanaged
{
    private T[] values = [];
    private int[] definitionLevels = [];
    private int valueCount;
    private int rowCount;

    public override unsafe long ByteCount => ((long)valueCount * sizeof(T)) + rowCount;

    public override void Append(TRow row)
    {
        var value = get(row);
        Add(ref definitionLevels, ref rowCount, value.HasValue ? 1 : 0);
        if (value.HasValue)
        {
            Add(ref values, ref valueCount, value.GetValueOrDefault());
        }
    }

    public override async Task FlushAsync(ParquetRowGroupWriter group, DataField leaf)
    {
        await group.WriteAllPartsAsync<T>(leaf, values.AsMemory(0, valueCount), definitionLevels.AsMemory(0, rowCount), null, CancellationToken.None);
        valueCount = rowCount = 0;
    }
}

internal sealed class TextBuffer<TRow>(Func<TRow, string?> get, RowColumn column) : ColumnBuffer<TRow>
{
    private ReadOnlyMemory<char>[] values = [];
    private int[] definitionLevels = [];
    private int valueCount;
    private int rowCount;
    private long characters;

    public override long ByteCount => characters + (4L * rowCount);

    public override void Append(TRow row)
    {
        var value = get(row);
        if (value is null && !column.IsNullable)
        {
            throw new InvalidOperationException($"Column '{column.Name}' got a null, but {typeof(TRow).Name} says it is never null.");
        }

        Add(ref definitionLevels, ref rowCount, value is null ? 0 : 1);
        if (value is not null)
        {
            characters += value.Length;
            Add(ref values, ref valueCount, value.AsMemory());
        }
    }

    public override async Task FlushAsync(ParquetRowGroupWriter group, DataField leaf)
    {
        // Spelled out: a bare null would convert to an empty memory, which says something else.
        var levels = column.IsNullable ? definitionLevels.AsMemory(0, rowCount) : default(ReadOnlyMemory<int>?);
        await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(leaf, values.AsMemory(0, valueCount), levels, null, CancellationToken.None);
        values.AsSpan(0, valueCount).Clear();
        characters = valueCount = rowCount = 0;
    }
}

internal sealed class BinaryBuffer<TRow>(Func<TRow, byte[]> get) : ColumnBuffer<TRow>
{
    private ReadOnlyMemory<byte>[] values = [];
    private int count;
    private long bytes;

    public override long ByteCount => bytes + (4L * count);

    public override void Append(TRow row)
    {
        var value = get(row);
        bytes += value.Length;
        Add<ReadOnlyMemory<byte>>(ref values, ref count, value);
    }

    public override async Task FlushAsync(ParquetRowGroupWriter group, DataField leaf)
    {
        await group.WriteAsync<ReadOnlyMemory<byte>>(leaf, values.AsMemory(0, count));
        values.AsSpan(0, count).Clear();
        bytes = count = 0;
    }
}

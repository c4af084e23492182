using Parquet;
using Parquet.Schema;

namespace Transluce.Batch.Artifacts;

/// <summary>
/// Lists by their levels: definition 2 is an element, 1 an empty list (0, a null list, is never written); repetition 0 begins a row.
/// </summary>
internal abstract class ListBuffer<TRow> : ColumnBuffer<TRow>
{
    private const int EmptyList = 1;
    private const int Element = 2;
    private int[] definitionLevels = [];
    private int[] repetitionLevels = [];
    private int levelCount;

    protected int LevelCount => levelCount;

    protected ReadOnlyMemory<int> DefinitionLevels => definitionLevels.AsMemory(0, levelCount);

    protected ReadOnlyMemory<int> RepetitionLevels => repetitionLevels.AsMemory(0, levelCount);

    protected void AppendLevels(int length)
    {
        var entries = Math.Max(1, length);
        if (definitionLevels.Length < levelCount + entries)
        {
            var capacity = Math.Max(levelCount + entries, definitionLevels.Length * 2);
            Array.Resize(ref definitionLevels, capacity);
            Array.Resize(ref repetitionLevels, capacity);
        }

        definitionLevels.AsSpan(levelCount, entries).Fill(length == 0 ? EmptyList : Element);
        repetitionLevels.AsSpan(levelCount, entries).Fill(1);
        repetitionLevels[levelCount] = 0;
        levelCount += entries;
    }

    protected void ClearLevels() => levelCount = 0;
}

internal sealed class PrimitiveListBuffer<TRow, T>(Func<TRow, T[]> get) : ListBuffer<TRow>
    where T : unmanaged
{
    private T[] values = [];
    private int valueCount;

    public override unsafe long ByteCount => ((long)valueCount * sizeof(T)) + LevelCount;

    public override void Append(TRow row)
    {
        var list = get(row);
        AppendLevels(list.Length);
        if (values.Length < valueCount + list.Length)
        {
            Array.Resize(ref values, Math.Max(valueCount + list.Length, values.Length * 2));
        }

        list.AsSpan().CopyTo(values.AsSpan(valueCount));
        valueCount += list.Length;
    }

    public override async Task FlushAsync(ParquetRowGroupWriter group, DataField leaf)
    {
        await group.WriteAllPartsAsync<T>(leaf, values.AsMemory(0, valueCount), DefinitionLevels, RepetitionLevels, CancellationToken.None);
        valueCount = 0;
        ClearLevels();
    }
}

internal sealed class TextListBuffer<TRow>(Func<TRow, string[]> get) : ListBuffer<TRow>
{
    private ReadOnlyMemory<char>[] values = [];
    private int valueCount;
    private long characters;

    public override long ByteCount => characters + (5L * LevelCount);

    public override void Append(TRow row)
    {
        var list = get(row);
        AppendLevels(list.Length);
        foreach (var text in list)
        {
            characters += text.Length;
            Add(ref values, ref valueCount, text.AsMemory());
        }
    }

    public override async Task FlushAsync(ParquetRowGroupWriter group, DataField leaf)
    {
        await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(leaf, values.AsMemory(0, valueCount), DefinitionLevels, RepetitionLevels, CancellationToken.None);
        values.AsSpan(0, valueCount).Clear();
        characters = valueCount = 0;
        ClearLevels();
    }
}

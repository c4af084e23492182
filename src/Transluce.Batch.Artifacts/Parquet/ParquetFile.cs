using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace Transluce.Batch.Artifacts;

/// <summary>A Parquet file opened for reading, ours or foreign. Everything a hostile file can claim is checked before it is believed.</summary>
public sealed class ParquetFile : IDisposable
{
    private readonly ParquetReader reader;
    private readonly Dictionary<string, DataField> fields;
    private readonly Stream content;

    private ParquetFile(Stream content, string name, ParquetReader reader)
    {
        this.content = content;
        this.reader = reader;
        Name = name;
        fields = reader.Schema.GetDataFields().ToDictionary(f => f.Path.ToString().Replace('/', '.'));
        Columns = [.. fields.Select(f => new ParquetColumn(f.Key, (ParquetType)(int)(f.Value.SchemaElement?.Type ?? 0), (f.Value.ClrType == typeof(string) || f.Value.ClrType == typeof(ReadOnlyMemory<char>)), f.Value.MaxDefinitionLevel, f.Value.MaxRepetitionLevel, f.Value.MaxRepetitionLevel == 0 ? 0 : f.Value.MaxDefinitionLevel - (f.Value.IsNullable ? 1 : 0)))];
    }

    /// <summary>Named in errors.</summary>
    public string Name { get; }

    /// <summary>Key-value metadata of the footer.</summary>
    public IReadOnlyDictionary<string, string> Metadata => reader.CustomMetadata;

    /// <summary>Leaf columns in schema order.</summary>
    public IReadOnlyList<ParquetColumn> Columns { get; }

    public int RowGroupCount => reader.RowGroupCount;

    public long RowCount => reader.Metadata!.NumRows;

    /// <summary>Opens a seekable stream; the file takes it over.</summary>
    /// <exception cref="ArtifactException">Not a Parquet file, or a damaged one.</exception>
    public static ParquetFile Open(Stream content, string name)
    {
        try
        {
            return new ParquetFile(content, name, ParquetReader.CreateAsync(content).GetAwaiter().GetResult());
        }
        catch (Exception exception) when (exception is not ArtifactException)
        {
            content.Dispose();
            throw new ArtifactException($"'{name}' is not a readable Parquet file: {exception.Message}", exception);
        }
    }

    /// <summary>The column at a dotted path, or null.</summary>
    public ParquetColumn? FindColumn(string path) => Columns.FirstOrDefault(c => c.Path == path);

    public int RowGroupRows(int rowGroup) => checked((int)reader.RowGroups[rowGroup].RowCount);

    /// <summary>
    /// The column's values row by row, over all row groups: one list a row, with the values of that row in order. An empty or null list gives
    /// an empty one. A null value is null for string and byte[], an error for numbers.
    /// </summary>
    /// <typeparam name="T">int, long, float, double, bool, string or byte[]; integers widen to long and floats to double.</typeparam>
    public IEnumerable<IReadOnlyList<T>> ReadRows<T>(ParquetColumn column)
    {
        for (var group = 0; group < RowGroupCount; group++)
        {
            foreach (var row in ReadRows<T>(group, column))
            {
                yield return row;
            }
        }
    }

    /// <summary>The same for one row group, which is all that is held in memory.</summary>
    public IEnumerable<IReadOnlyList<T>> ReadRows<T>(int rowGroup, ParquetColumn column)
    {
        var leaf = ReadLeaf<T>(rowGroup, column);
        var row = new List<T>();
        var value = 0;
        for (var entry = 0; entry < leaf.EntryCount; entry++)
        {
            if (entry > 0 && (leaf.RepetitionLevels.Length == 0 || leaf.RepetitionLevels[entry] == 0))
            {
                yield return row;
                row = [];
            }

            var level = leaf.DefinitionLevels.Length == 0 ? 0 : leaf.DefinitionLevels[entry];
            if (level == column.MaxDefinitionLevel)
            {
                row.Add(leaf.Values[value++]);
            }
            else if (level >= column.ElementDefinitionLevel)
            {
                row.Add(typeof(T).IsValueType ? throw new ArtifactException($"'{Name}': column '{column.Path}' has a null where a number is needed.") : default!);
            }
        }

        if (leaf.EntryCount > 0)
        {
            yield return row;
        }
    }

    public void Dispose() => content.Dispose();

    /// <summary>Smallest and largest value of an int32 column in a row group, where the file states them.</summary>
    internal (int Minimum, int Maximum)? Int32Range(int rowGroup, ParquetColumn column)
    {
        Statistics? statistics = reader.RowGroups[rowGroup].GetMetadata(fields[column.Path])?.MetaData?.Statistics;
        return statistics is { MinValue.Length: 4, MaxValue.Length: 4 }
            ? (BitConverter.ToInt32(statistics.MinValue), BitConverter.ToInt32(statistics.MaxValue))
            : null;
    }

    internal LeafValues<T> ReadLeaf<T>(int rowGroup, ParquetColumn column)
    {
        try
        {
            object leaf = column.Type switch
            {
                ParquetType.Boolean => Raw<bool>(rowGroup, column),
                ParquetType.Int32 => Raw<int>(rowGroup, column),
                ParquetType.Int64 => Raw<long>(rowGroup, column),
                ParquetType.Float => Raw<float>(rowGroup, column),
                ParquetType.Double => Raw<double>(rowGroup, column),
                _ when column.IsText => Convert(Raw<ReadOnlyMemory<char>>(rowGroup, column), m => m.ToString()),
                _ => Convert(Raw<ReadOnlyMemory<byte>>(rowGroup, column), m => m.ToArray()),
            };
            return (leaf, typeof(T)) switch
            {
                (LeafValues<T> same, _) => same,
                (LeafValues<int> ints, _) when typeof(T) == typeof(long) => (LeafValues<T>)(object)Convert(ints, i => (long)i),
                (LeafValues<float> floats, _) when typeof(T) == typeof(double) => (LeafValues<T>)(object)Convert(floats, f => (double)f),
                _ => throw new ArtifactException($"'{Name}': column '{column.Path}' holds {column.Type}, but {typeof(T).Name} is needed."),
            };
        }
        catch (Exception exception) when (exception is not ArtifactException)
        {
            throw new ArtifactException($"'{Name}': column '{column.Path}' of row group {rowGroup} cannot be read: {exception.Message}", exception);
        }
    }

    private static LeafValues<TTo> Convert<TFrom, TTo>(LeafValues<TFrom> leaf, Func<TFrom, TTo> convert)
        => new([.. leaf.Values.Select(convert)], leaf.DefinitionLevels, leaf.RepetitionLevels, leaf.EntryCount);

    private LeafValues<T> Raw<T>(int rowGroup, ParquetColumn column)
        where T : struct
    {
        var field = fields[column.Path];
        var group = reader.RowGroups[rowGroup];
        var entries = checked((int)group.GetMetadata(field)!.MetaData!.NumValues);
        var values = new T[entries];
        var definitions = column.MaxDefinitionLevel > 0 ? new int[entries] : [];
        var repetitions = column.MaxRepetitionLevel > 0 ? new int[entries] : [];
        group.ReadRawAsync<T>(field, values, column.MaxDefinitionLevel > 0 ? definitions.AsMemory() : default(Memory<int>?), column.MaxRepetitionLevel > 0 ? repetitions.AsMemory() : default(Memory<int>?)).AsTask().GetAwaiter().GetResult();
        var present = definitions.Length == 0 ? entries : definitions.Count(d => d == column.MaxDefinitionLevel);
        return new LeafValues<T>(values[..present], definitions, repetitions, entries);
    }
}

namespace Transluce.Batch.Artifacts;

/// <summary>
/// A Parquet file opened for reading, ours or foreign (corpora). Our own decoder instead of a library's: every length, count and offset
/// is checked before it is believed, so that a hostile file ends in an <see cref="ArtifactException"/> and never in a hang or a huge allocation.
/// </summary>
/// <remarks>
/// Reads bool, int32, int64, float, double and byte arrays, flat or in lists and groups; PLAIN, dictionary, RLE, byte-stream-split and delta
/// encodings; no compression, zstd, snappy, gzip, brotli; page versions 1 and 2. Refuses the rest by name.
/// </remarks>
public sealed class ParquetFile : IDisposable
{
    private const long MaxRowGroupBytes = 4 * ParquetLayout.RowGroupBytes;
    private readonly ParquetBytes bytes;
    private readonly ParquetFooter footer;
    private readonly Dictionary<string, int> columnNumbers;
    private long rowGroupBudget;

    private ParquetFile(ParquetBytes bytes, string name, ParquetFooter footer)
    {
        this.bytes = bytes;
        this.footer = footer;
        Name = name;
        columnNumbers = footer.Columns.Select((c, i) => (c.Path, i)).ToDictionary(c => c.Path, c => c.i, StringComparer.Ordinal);
    }

    /// <summary>Named in errors.</summary>
    public string Name { get; }

    /// <summary>Key-value metadata of the footer.</summary>
    public IReadOnlyDictionary<string, string> Metadata => footer.Metadata;

    /// <summary>Leaf columns in schema order.</summary>
    public IReadOnlyList<ParquetColumn> Columns => footer.Columns;

    public int RowGroupCount => footer.RowGroups.Count;

    public long RowCount => footer.RowCount;

    /// <summary>Opens a seekable stream; the file takes it over.</summary>
    /// <exception cref="ArtifactException">Not a Parquet file, or a damaged one.</exception>
    public static ParquetFile Open(Stream content, string name)
    {
        var bytes = new ParquetBytes(content);
        try
        {
            var (footerBytes, start) = bytes.ReadFooter();
            return new ParquetFile(bytes, name, ParquetFooter.Parse(footerBytes.Span, start));
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            bytes.Dispose();
            throw new ArtifactException($"'{name}' is not a readable Parquet file: {exception.Message}. Fetch or write it again.", exception);
        }
    }

    /// <summary>The column at a dotted path, or null.</summary>
    public ParquetColumn? FindColumn(string path) => columnNumbers.TryGetValue(path, out var number) ? Columns[number] : null;

    /// <summary>Rows of one row group.</summary>
    public int RowGroupRows(int rowGroup) => (int)footer.RowGroups[rowGroup].RowCount;

    /// <summary>
    /// The column's values row by row, over all row groups, one page in memory: one list a row, with the values of that row in order. An empty
    /// or null list gives an empty one. A null value is null for string and byte[], an error for numbers. Sibling columns of a list of groups
    /// have equally long lists.
    /// </summary>
    /// <typeparam name="T">int, long, float, double, bool, string or byte[]; integers widen to long and floats to double.</typeparam>
    /// <exception cref="ArtifactException">The column is damaged or of another type.</exception>
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

    /// <summary>The same for one row group.</summary>
    public IEnumerable<IReadOnlyList<T>> ReadRows<T>(int rowGroup, ParquetColumn column)
    {
        var rows = new RowAssembler<T>(this, column);
        foreach (var page in Guarded(ReadPages<T>(rowGroup, column, _ => { }), rowGroup, column))
        {
            foreach (var row in rows.Append(page))
            {
                yield return row;
            }
        }

        foreach (var row in rows.Finish(RowGroupRows(rowGroup)))
        {
            yield return row;
        }
    }

    /// <inheritdoc cref="ReadRows{T}(ParquetColumn)"/>
    /// <param name="path">Dotted path of the column.</param>
    public IEnumerable<IReadOnlyList<T>> ReadRows<T>(string path)
        => ReadRows<T>(FindColumn(path) ?? throw new ArtifactException($"'{Name}' has no column '{path}'; it has {string.Join(", ", Columns.Select(c => c.Path))}."));

    public void Dispose() => bytes.Dispose();

    /// <summary>Smallest and largest value of an int32 column in a row group, where the file states them.</summary>
    internal (int Minimum, int Maximum)? Int32Range(int rowGroup, ParquetColumn column)
        => footer.RowGroups[rowGroup].Columns[columnNumbers[column.Path]] is { Minimum.Length: 4, Maximum.Length: 4 } chunk
            ? (BitConverter.ToInt32(chunk.Minimum), BitConverter.ToInt32(chunk.Maximum))
            : null;

    /// <summary>Fetches a row group in one read, where it is not larger than our own writer makes them.</summary>
    internal void Prefetch(int rowGroup)
    {
        rowGroupBudget = MaxRowGroupBytes;
        var columns = footer.RowGroups[rowGroup].Columns;
        var start = columns.Min(c => c.Offset);
        var length = columns.Max(c => c.Offset + c.CompressedBytes) - start;
        if (length <= 2 * ParquetLayout.RowGroupBytes)
        {
            Guarded(() => bytes.Prefetch(start, (int)length), rowGroup, columns[0].Path);
        }
    }

    /// <summary>A whole column of a row group that was fetched before. All of its columns together may take what our writer can make them, with room to spare.</summary>
    internal LeafValues<T> ReadLeaf<T>(int rowGroup, ParquetColumn column)
    {
        var pages = Guarded(ReadPages<T>(rowGroup, column, Spend), rowGroup, column).ToList();
        return pages.Count == 1 ? pages[0] : new LeafValues<T>(
            [.. pages.SelectMany(p => p.Values)],
            [.. pages.SelectMany(p => p.DefinitionLevels)],
            [.. pages.SelectMany(p => p.RepetitionLevels)],
            pages.Sum(p => p.EntryCount));
    }

    private static bool IsDamage(Exception exception)
        => exception is not (ArtifactException or OperationCanceledException or ArgumentNullException or ObjectDisposedException);

    private void Spend(PageHeader header)
    {
        rowGroupBudget -= header.UncompressedBytes + header.EntryCount;
        if (rowGroupBudget < 0)
        {
            throw new ParquetDamage($"its row group takes more than {MaxRowGroupBytes} bytes");
        }
    }

    private IEnumerable<LeafValues<T>> ReadPages<T>(int rowGroup, ParquetColumn column, Action<PageHeader> spend)
    {
        var chunk = footer.RowGroups[rowGroup].Columns[columnNumbers[column.Path]];
        return (column.Type, typeof(T)) switch
        {
            (ParquetType.Int32, var t) when t == typeof(long) => Pages<int>().Select(p => (LeafValues<T>)(object)p.Convert(v => (long)v)),
            (ParquetType.Float, var t) when t == typeof(double) => Pages<float>().Select(p => (LeafValues<T>)(object)p.Convert(v => (double)v)),
            (ParquetType.Boolean, var t) when t == typeof(bool) => Pages<T>(),
            (ParquetType.Int32, var t) when t == typeof(int) => Pages<T>(),
            (ParquetType.Int64, var t) when t == typeof(long) => Pages<T>(),
            (ParquetType.Float, var t) when t == typeof(float) => Pages<T>(),
            (ParquetType.Double, var t) when t == typeof(double) => Pages<T>(),
            (ParquetType.ByteArray, var t) when t == typeof(string) || t == typeof(byte[]) => Pages<T>(),
            _ => throw new ArtifactException($"'{Name}': column '{column.Path}' holds {column.Type}, but {typeof(T).Name} is needed."),
        };

        IEnumerable<LeafValues<TOwn>> Pages<TOwn>() => ColumnChunkReader.ReadPages<TOwn>(bytes, column, chunk, spend);
    }

    /// <summary>Whatever the bytes provoke comes out as an error that names the file and the place.</summary>
    private IEnumerable<T> Guarded<T>(IEnumerable<T> items, int rowGroup, ParquetColumn column)
    {
        using var enumerator = items.GetEnumerator();
        while (true)
        {
            var more = false;
            Guarded(() => more = enumerator.MoveNext(), rowGroup, column.Path);
            if (!more)
            {
                yield break;
            }

            yield return enumerator.Current;
        }
    }

    private void Guarded(Action action, int rowGroup, string path)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new ArtifactException($"'{Name}': column '{path}' of row group {rowGroup} is damaged: {exception.Message}. Fetch or write the file again.", exception);
        }
    }
}

using Parquet;
using Parquet.Schema;

namespace Transluce.Batch.Artifacts;

/// <summary>Writes one Parquet part of a table: rows ascend by key, row groups are small, the footer names schema version, artifact key and stage version.</summary>
/// <typeparam name="TRow">A record with <see cref="TableAttribute"/>.</typeparam>
/// <remarks>Memory: one row group, at most <see cref="TableAttribute.RowGroupRows"/> rows and about 64 MiB of values, whichever comes first.</remarks>
public sealed class TableWriter<TRow> : IDisposable
    where TRow : class
{
    private readonly RowSchema<TRow> schema = RowSchema<TRow>.Instance;
    private readonly ColumnBuffer<TRow>[] buffers = ColumnBuffers<TRow>.Create();
    private readonly DataField[] leaves;
    private readonly FileStream file;
    private readonly ParquetWriter writer;
    private TRow? previous;
    private int groupRows;
    private bool closed;

    /// <param name="localFile">Created or overwritten.</param>
    /// <param name="metadata">Key-value metadata beside <c>table</c> and <c>schema_version</c>, which the writer adds itself.</param>
    public TableWriter(string localFile, IReadOnlyDictionary<string, string> metadata)
    {
        (var parquetSchema, leaves) = ParquetLayout.CreateSchema(schema.Columns);
        file = new FileStream(localFile, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 16);
        writer = ParquetWriter.CreateAsync(parquetSchema, file, ParquetLayout.CreateOptions(schema.Columns)).GetAwaiter().GetResult();
        writer.CustomMetadata = new SortedDictionary<string, string>(metadata.ToDictionary(), StringComparer.Ordinal)
        {
            ["table"] = schema.Table.Name,
            ["schema_version"] = FormattableString.Invariant($"{schema.Table.SchemaVersion}"),
        };
    }

    public long RowCount { get; private set; }

    /// <summary>Appends a row.</summary>
    /// <exception cref="InvalidOperationException">The row does not ascend by key: a bug in the stage.</exception>
    public void Write(TRow row)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (previous is not null && schema.CompareKeys(previous, row) >= 0)
        {
            throw new InvalidOperationException(
                $"Rows of '{schema.Table.Name}' must strictly ascend by key: {schema.KeyText(row)} came after {schema.KeyText(previous)}.");
        }

        foreach (var buffer in buffers)
        {
            buffer.Append(row);
        }

        previous = row;
        RowCount++;
        groupRows++;
        if (groupRows >= schema.Table.RowGroupRows || GatheredBytes() >= ParquetLayout.RowGroupBytes)
        {
            EndRowGroup();
        }
    }

    /// <summary>Ends the current row group early, so that rows a reader wants together lie together.</summary>
    public void EndRowGroup()
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (groupRows > 0)
        {
            FlushAsync().GetAwaiter().GetResult();
            groupRows = 0;
        }
    }

    /// <summary>Writes the footer. A writer disposed without this leaves no valid file.</summary>
    public void Complete()
    {
        EndRowGroup();
        closed = true;
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        ReviseFooter();
        file.Flush(true);
        file.Dispose();
    }

    public void Dispose()
    {
        closed = true;
        file.Dispose();
    }

    private void ReviseFooter()
    {
        const int TailBytes = 8;
        var tail = new byte[TailBytes];
        file.Seek(-TailBytes, SeekOrigin.End);
        file.ReadExactly(tail);
        var footer = new byte[BitConverter.ToInt32(tail)];
        var start = file.Length - TailBytes - footer.Length;
        file.Seek(start, SeekOrigin.Begin);
        file.ReadExactly(footer);
        var revised = FooterRevision.Revise(footer, schema.Columns);
        file.SetLength(start);
        file.Seek(start, SeekOrigin.Begin);
        file.Write(revised);
        file.Write(BitConverter.GetBytes(revised.Length));
        file.Write(tail.AsSpan(TailBytes - 4));
    }

    private long GatheredBytes()
    {
        var bytes = 0L;
        foreach (var buffer in buffers)
        {
            bytes += buffer.ByteCount;
        }

        return bytes;
    }

    private async Task FlushAsync()
    {
        using var group = writer.CreateRowGroup();
        for (var i = 0; i < buffers.Length; i++)
        {
            await buffers[i].FlushAsync(group, leaves[i]);
        }

        group.CompleteValidate();
    }
}

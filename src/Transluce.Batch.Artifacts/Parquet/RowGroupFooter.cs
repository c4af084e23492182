namespace Transluce.Batch.Artifacts;

/// <summary>One row group, as the footer says.</summary>
internal sealed record RowGroupFooter(IReadOnlyList<ColumnChunkFooter> Columns, long RowCount)
{
    // Field numbers of parquet.thrift's RowGroup.
    public static RowGroupFooter Read(ref ThriftReader reader)
    {
        var columns = new List<ColumnChunkFooter>();
        var rows = -1L;
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    var left = reader.List(type, out var element);
                    ThriftReader.RequireElement(element, ThriftType.Struct);
                    for (; left > 0; left--)
                    {
                        columns.Add(ColumnChunkFooter.Read(ref reader));
                    }

                    break;
                case 3:
                    rows = reader.Int64(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return rows is >= 0 and <= int.MaxValue
            ? new RowGroupFooter(columns, rows)
            : throw new ParquetDamage($"a row group claims {rows} rows");
    }

    /// <summary>Every column lies between the file's head and its footer and has as many entries as its kind allows.</summary>
    public void Check(IReadOnlyList<ParquetColumn> schema, long footerStart)
    {
        if (Columns.Count != schema.Count)
        {
            throw new ParquetDamage($"a row group has {Columns.Count} columns, the schema {schema.Count}");
        }

        for (var i = 0; i < Columns.Count; i++)
        {
            var (chunk, column) = (Columns[i], schema[i]);
            if (chunk.Path != column.Path || chunk.Type != column.Type)
            {
                throw new ParquetDamage($"a row group has column '{chunk.Path}' of {chunk.Type} where the schema has '{column.Path}' of {column.Type}");
            }

            if (chunk.Offset < 4 || chunk.CompressedBytes > footerStart - chunk.Offset)
            {
                throw new ParquetDamage($"column '{chunk.Path}' claims {chunk.CompressedBytes} bytes at {chunk.Offset}, outside the file's data (4 to {footerStart})");
            }

            if (column.MaxRepetitionLevel == 0 ? chunk.EntryCount != RowCount : chunk.EntryCount < RowCount)
            {
                throw new ParquetDamage($"column '{chunk.Path}' claims {chunk.EntryCount} entries for {RowCount} rows");
            }
        }
    }
}

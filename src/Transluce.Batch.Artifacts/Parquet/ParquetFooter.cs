namespace Transluce.Batch.Artifacts;

/// <summary>The footer of a Parquet file: schema, row groups and key-value metadata, all checked against the file's size.</summary>
internal sealed record ParquetFooter(
    IReadOnlyList<ParquetColumn> Columns,
    IReadOnlyList<RowGroupFooter> RowGroups,
    IReadOnlyDictionary<string, string> Metadata,
    long RowCount)
{
    // Field numbers of parquet.thrift's FileMetaData.
    public static ParquetFooter Parse(ReadOnlySpan<byte> bytes, long footerStart)
    {
        var schema = new List<SchemaNode>();
        var groups = new List<RowGroupFooter>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var rows = -1L;
        var reader = new ThriftReader(bytes);
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 2:
                    for (var left = StructList(ref reader, type); left > 0; left--)
                    {
                        schema.Add(SchemaNode.Read(ref reader));
                    }

                    break;
                case 3:
                    rows = reader.Int64(type);
                    break;
                case 4:
                    for (var left = StructList(ref reader, type); left > 0; left--)
                    {
                        groups.Add(RowGroupFooter.Read(ref reader));
                    }

                    break;
                case 5:
                    for (var left = StructList(ref reader, type); left > 0; left--)
                    {
                        ReadKeyValue(ref reader, metadata);
                    }

                    break;
                case 8:
                    throw new ParquetDamage("the file is encrypted, which is not supported");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (reader.Position != bytes.Length)
        {
            throw new ParquetDamage($"the footer has {bytes.Length} bytes, of which only {reader.Position} belong to it");
        }

        var columns = SchemaNode.Leaves(schema);
        foreach (var group in groups)
        {
            group.Check(columns, footerStart);
        }

        return groups.Sum(g => g.RowCount) == rows
            ? new ParquetFooter(columns, groups, metadata, rows)
            : throw new ParquetDamage($"the footer claims {rows} rows, its row groups {groups.Sum(g => g.RowCount)}");
    }

    private static int StructList(ref ThriftReader reader, ThriftType type)
    {
        var count = reader.List(type, out var element);
        if (count > 0)
        {
            ThriftReader.RequireElement(element, ThriftType.Struct);
        }

        return count;
    }

    private static void ReadKeyValue(ref ThriftReader reader, Dictionary<string, string> metadata)
    {
        var key = "";
        var value = "";
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    key = reader.Text(type);
                    break;
                case 2:
                    value = reader.Text(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        metadata[key] = value;
    }
}

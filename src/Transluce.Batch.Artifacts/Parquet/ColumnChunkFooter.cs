namespace Transluce.Batch.Artifacts;

/// <summary>Where one column of a row group lies, as the footer says.</summary>
internal sealed record ColumnChunkFooter
{
    public ParquetType Type { get; private set; }

    /// <summary>Dotted path of the leaf.</summary>
    public string Path { get; private set; } = "";

    public ParquetCodec Codec { get; private set; }

    /// <summary>Values, nulls and empty lists.</summary>
    public long EntryCount { get; private set; } = -1;

    public long CompressedBytes { get; private set; } = -1;

    /// <summary>Of the first page, a dictionary or data.</summary>
    public long Offset { get; private set; } = -1;

    /// <summary>Smallest value as Parquet writes it, or null.</summary>
    public byte[]? Minimum { get; private set; }

    public byte[]? Maximum { get; private set; }

    // Field numbers of parquet.thrift's ColumnChunk and ColumnMetaData.
    public static ColumnChunkFooter Read(ref ThriftReader reader)
    {
        var chunk = new ColumnChunkFooter();
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    throw new ParquetDamage("a column lies in another file, which is not supported");
                case 3:
                    chunk.ReadMetadata(ref reader, type);
                    break;
                case 8 or 9:
                    throw new ParquetDamage("a column is encrypted, which is not supported");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (chunk.EntryCount < 0 || chunk.CompressedBytes < 0 || chunk.Offset < 0)
        {
            throw new ParquetDamage($"the metadata of column '{chunk.Path}' is incomplete or negative");
        }

        return chunk;
    }

    private void ReadMetadata(ref ThriftReader reader, ThriftType structType)
    {
        if (structType != ThriftType.Struct)
        {
            throw new ParquetDamage($"{structType} stands where column metadata belong");
        }

        var dictionaryOffset = 0L;
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    Type = (ParquetType)reader.Int32(type);
                    break;
                case 3:
                    Path = ReadPath(ref reader, type);
                    break;
                case 4:
                    Codec = (ParquetCodec)reader.Int32(type);
                    break;
                case 5:
                    EntryCount = reader.Int64(type);
                    break;
                case 7:
                    CompressedBytes = reader.Int64(type);
                    break;
                case 9:
                    Offset = reader.Int64(type);
                    break;
                case 11:
                    dictionaryOffset = reader.Int64(type);
                    break;
                case 12 when type == ThriftType.Struct:
                    ReadStatistics(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // A dictionary offset of 0 means none: a file begins with its magic bytes.
        Offset = dictionaryOffset > 0 ? Math.Min(Offset, dictionaryOffset) : Offset;
    }

    private static string ReadPath(ref ThriftReader reader, ThriftType type)
    {
        var parts = new List<string>();
        for (var left = reader.List(type, out var element); left > 0; left--)
        {
            parts.Add(reader.Text(element));
        }

        return string.Join('.', parts);
    }

    private void ReadStatistics(ref ThriftReader reader)
    {
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            // 1 and 2 are the deprecated pair, whose order is only defined for signed numbers.
            switch (id)
            {
                case 5:
                    Maximum = reader.Binary(type).ToArray();
                    break;
                case 6:
                    Minimum = reader.Binary(type).ToArray();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }
}

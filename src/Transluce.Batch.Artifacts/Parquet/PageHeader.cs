namespace Transluce.Batch.Artifacts;

/// <summary>How a page's values are written, by its number in Parquet.</summary>
internal enum ParquetEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    BitPacked = 4,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    DeltaByteArray = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
}

internal enum PageKind
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}

/// <summary>The header in front of every page.</summary>
internal sealed record PageHeader
{
    /// <summary>Largest page accepted, uncompressed. Writers cut pages at 1 MiB or so; ours at about 64 MiB.</summary>
    public const int MaxPageBytes = 128 << 20;

    /// <summary>Most entries accepted in a page; a run of equal levels costs next to no bytes, so bytes alone bound nothing.</summary>
    public const int MaxEntries = 32 << 20;

    public PageKind Kind { get; private set; } = (PageKind)(-1);

    public int UncompressedBytes { get; private set; } = -1;

    public int CompressedBytes { get; private set; } = -1;

    /// <summary>Values, nulls and empty lists; for a dictionary its size.</summary>
    public int EntryCount { get; private set; } = -1;

    public ParquetEncoding Encoding { get; private set; }

    public ParquetEncoding DefinitionEncoding { get; private set; } = ParquetEncoding.Rle;

    public ParquetEncoding RepetitionEncoding { get; private set; } = ParquetEncoding.Rle;

    /// <summary>Version 2 writes levels uncompressed, with their lengths here.</summary>
    public int DefinitionBytes { get; private set; }

    public int RepetitionBytes { get; private set; }

    public bool IsCompressed { get; private set; } = true;

    // Field numbers of parquet.thrift's PageHeader.
    public static PageHeader Read(ReadOnlySpan<byte> bytes, out int headerBytes)
    {
        var header = new PageHeader();
        var reader = new ThriftReader(bytes);
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    header.Kind = (PageKind)reader.Int32(type);
                    break;
                case 2:
                    header.UncompressedBytes = reader.Int32(type);
                    break;
                case 3:
                    header.CompressedBytes = reader.Int32(type);
                    break;
                case 5 or 7 or 8 when type == ThriftType.Struct:
                    header.ReadDetails(ref reader, id);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        headerBytes = reader.Position;
        return header;
    }

    public void Check(long bytesLeft)
    {
        if (Kind == PageKind.Index)
        {
            return;
        }

        if (CompressedBytes < 0 || CompressedBytes > bytesLeft)
        {
            throw new ParquetDamage($"a page claims {CompressedBytes} bytes where the column has {bytesLeft} left");
        }

        if (UncompressedBytes is < 0 or > MaxPageBytes)
        {
            throw new ParquetDamage($"a page claims {UncompressedBytes} uncompressed bytes; at most {MaxPageBytes} are read");
        }

        if (EntryCount is < 0 or > MaxEntries)
        {
            throw new ParquetDamage($"a page claims {EntryCount} entries; at most {MaxEntries} are read");
        }

        if (DefinitionBytes < 0 || RepetitionBytes < 0 || (long)DefinitionBytes + RepetitionBytes > Math.Min(CompressedBytes, UncompressedBytes))
        {
            throw new ParquetDamage($"a page claims {RepetitionBytes} + {DefinitionBytes} bytes of levels in {CompressedBytes}");
        }
    }

    private void ReadDetails(ref ThriftReader reader, int kind)
    {
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (kind, id)
            {
                case (_, 1):
                    EntryCount = reader.Int32(type);
                    break;
                case (5 or 7, 2) or (8, 4):
                    Encoding = (ParquetEncoding)reader.Int32(type);
                    break;
                case (5, 3):
                    DefinitionEncoding = (ParquetEncoding)reader.Int32(type);
                    break;
                case (5, 4):
                    RepetitionEncoding = (ParquetEncoding)reader.Int32(type);
                    break;
                case (8, 5):
                    DefinitionBytes = reader.Int32(type);
                    break;
                case (8, 6):
                    RepetitionBytes = reader.Int32(type);
                    break;
                case (8, 7):
                    IsCompressed = ThriftReader.Bool(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }
}

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>A Parquet file of one optional column, made byte by byte, so that it can claim anything.</summary>
internal sealed record RawParquet
{
    public int Type { get; init; } = 1;

    public int Codec { get; init; }

    public int Encoding { get; init; }

    public long Rows { get; init; } = 1;

    public long PageEntries { get; init; } = 1;

    public long? UncompressedBytes { get; init; }

    public byte[] Page { get; init; } = [];

    public long? Offset { get; init; }

    public long? ChunkBytes { get; init; }

    public byte[] ToBytes()
    {
        // PageHeader: 1 kind, 2 uncompressed, 3 compressed, 5 data page (1 entries, 2 encoding, 3 and 4 level encodings).
        byte[] header =
        [
            0x15, 0, 0x15, .. Number(UncompressedBytes ?? Page.Length), 0x15, .. Number(Page.Length),
            0x2C, 0x15, .. Number(PageEntries), 0x15, .. Number(Encoding), 0x15, 6, 0x15, 6, 0, 0,
        ];
        byte[] data = [.. "PAR1"u8, .. header, .. Page];
        byte[] schema = [0x48, 4, .. "root"u8, 0x15, 2, 0, 0x15, .. Number(Type), 0x25, 2, 0x18, 1, (byte)'x', 0];

        // ColumnMetaData: 1 type, 2 encodings, 3 path, 4 codec, 5 entries, 6 and 7 sizes, 9 offset.
        byte[] column =
        [
            0x26, 8, 0x1C, 0x15, .. Number(Type), 0x19, 0x15, 0, 0x19, 0x18, 1, (byte)'x', 0x15, .. Number(Codec), 0x16, .. Number(Rows),
            0x16, .. Number(0), 0x16, .. Number(ChunkBytes ?? data.Length - 4), 0x26, .. Number(Offset ?? 4), 0, 0,
        ];
        byte[] footer = [0x15, 2, 0x19, 0x2C, .. schema, 0x16, .. Number(Rows), 0x19, 0x1C, 0x19, 0x1C, .. column, 0x16, 0, 0x16, .. Number(Rows), 0, 0];
        return [.. data, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];
    }

    /// <summary>A number as Thrift's compact protocol writes it.</summary>
    private static byte[] Number(long value)
    {
        var bytes = new List<byte>();
        var rest = (ulong)((value << 1) ^ (value >> 63));
        do
        {
            bytes.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80UL : 0)));
            rest >>= 7;
        }
        while (rest > 0);
        return [.. bytes];
    }
}

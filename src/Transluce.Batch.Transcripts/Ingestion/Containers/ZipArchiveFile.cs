using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>An open archive: its entries, and a checked stream over each. The framework's own reader knows no Zstandard.</summary>
internal sealed class ZipArchiveFile : IDisposable
{
    private const uint LocalSignature = 0x04034b50;
    private const int LocalBytes = 30;
    private readonly SafeFileHandle file;
    private readonly ReadingBounds bounds;

    public ZipArchiveFile(string path, ReadingBounds bounds)
    {
        this.bounds = bounds;
        file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            Entries = ZipDirectory.Read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <param name="again">Whether the entry was read before, so that its bytes do not count for the file's cap once more.</param>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <exception cref="LogDamage">The entry cannot be opened, or, while reading, what comes out contradicts the directory.</exception>
    public Stream Open(ZipEntry entry, bool again = false)
    {
        if (entry.Encrypted)
        {
            throw new LogDamage(LogDamage.Zip, "the entry is encrypted; logs are not");
        }

        var packed = new FileRangeStream(file, DataOffset(entry), entry.CompressedBytes);
        Stream plain = entry.Method switch
        {
            0 => packed,
            8 => new DeflateStream(packed, CompressionMode.Decompress),
            // A member is several frames where it is long: the stream goes on behind the end of one until the bytes are used up.
            93 => new DecompressionStream(packed, 1 << 16, checkEndOfStream: true, leaveOpen: false),
            _ => throw new LogDamage(LogDamage.Zip, $"the entry is packed by method {entry.Method}; 0, 8 (deflate) and 93 (Zstandard) are read"),
        };
        return new CheckedStream(plain, entry, bounds, again);
    }

    public void Dispose() => file.Dispose();

    /// <summary>From the local header: its extra field can be longer than the directory's.</summary>
    private long DataOffset(ZipEntry entry)
    {
        var length = RandomAccess.GetLength(file);
        var header = new byte[LocalBytes];
        if (entry.HeaderOffset > length - LocalBytes)
        {
            throw new LogDamage(LogDamage.Zip, $"the entry's header is said to lie at {entry.HeaderOffset}, but the file has {length} bytes");
        }

        ZipDirectory.ReadExactly(file, header, entry.HeaderOffset, "a local header");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw new LogDamage(LogDamage.Zip, $"byte {entry.HeaderOffset} should begin the entry's local header and does not");
        }

        var data = entry.HeaderOffset + LocalBytes
            + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        return data <= length - entry.CompressedBytes
            ? data
            : throw new LogDamage(LogDamage.Zip, $"the entry's {entry.CompressedBytes} bytes at {data} run over the file's end at {length}");
    }
}

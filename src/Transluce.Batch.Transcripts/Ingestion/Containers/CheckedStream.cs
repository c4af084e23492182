using System.IO.Hashing;
using ZstdSharp;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The plain bytes of an entry, within bounds; at their end length and CRC are compared with the directory.</summary>
internal sealed class CheckedStream : Stream
{
    private readonly Stream plain;
    private readonly ZipEntry? entry;
    private readonly ReadingBounds bounds;
    private readonly bool again;
    private readonly Crc32 crc = new();
    private long position;
    private bool ended;

    /// <param name="entry">Null where there is nothing to compare with: a file by itself.</param>
    /// <param name="plain">What comes out of the decompressor; disposed with this stream.</param>
    /// <param name="again">Whether the bytes were counted before.</param>
    /// <param name="bounds">The bounds of the whole log.</param>
    public CheckedStream(Stream plain, ZipEntry? entry, ReadingBounds bounds, bool again)
    {
        (this.plain, this.entry, this.bounds, this.again) = (plain, entry, bounds, again);
        bounds.Begin();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (ended || buffer.IsEmpty)
        {
            return 0;
        }

        var read = ReadPlain(buffer);
        position += read;
        bounds.Add(read, position, again);
        if (entry is null)
        {
            return read;
        }

        crc.Append(buffer[..read]);
        if (position > entry.Bytes)
        {
            throw new LogDamage(LogDamage.Zip, $"more than the {entry.Bytes} bytes the directory announces come out", position);
        }

        if (read == 0)
        {
            End(entry);
        }

        return read;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            plain.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ReadPlain(Span<byte> buffer)
    {
        try
        {
            return plain.Read(buffer);
        }
        // The decompressors' complaints about damaged data; everything else is a fault of ours or of the disk.
        catch (Exception e) when (e is ZstdException or InvalidDataException or EndOfStreamException or OverflowException or ArgumentException or IndexOutOfRangeException)
        {
            throw new LogDamage(LogDamage.Zip, $"the packed data is damaged: {e.Message}", position);
        }
    }

    private void End(ZipEntry expected)
    {
        ended = true;
        if (position != expected.Bytes)
        {
            throw new LogDamage(LogDamage.Zip, $"{position} bytes came out, the directory announces {expected.Bytes}", position);
        }

        var actual = crc.GetCurrentHashAsUInt32();
        if (actual != expected.Crc)
        {
            throw new LogDamage(LogDamage.Crc, $"CRC-32 {expected.Crc:x8} was expected, {actual:x8} was found", position);
        }
    }
}

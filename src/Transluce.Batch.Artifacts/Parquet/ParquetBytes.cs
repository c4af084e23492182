namespace Transluce.Batch.Artifacts;

/// <summary>
/// The bytes of a Parquet file, fetched in few large reads: the end of the file holds the footer, and a row group can be fetched as a whole.
/// </summary>
internal sealed class ParquetBytes(Stream content) : IDisposable
{
    private const int MaxFooterBytes = 16 << 20;
    private byte[] window = [];
    private long windowStart;

    public long Length { get; } = content.Length;

    /// <summary>Reads and checks both ends of the file.</summary>
    /// <returns>The footer and where it begins.</returns>
    public (ReadOnlyMemory<byte> Footer, long Start) ReadFooter()
    {
        if (Length < 12)
        {
            throw new ParquetDamage($"it has {Length} bytes; the smallest has 12");
        }

        // One read should fetch the whole footer and little else. It grows with the file: ours take about a thousandth.
        var guess = (int)Math.Min(Length, Math.Clamp(Length / 800, 64 << 10, 1 << 20));
        Prefetch(Length - guess, guess);
        var tail = Read(Length - guess, guess);
        if (!tail.Span[^4..].SequenceEqual("PAR1"u8))
        {
            throw new ParquetDamage(tail.Span[^4..].SequenceEqual("PARE"u8) ? "it is encrypted" : "it does not end in 'PAR1': it is cut off, or not Parquet");
        }

        var footerBytes = BitConverter.ToUInt32(tail.Span[^8..^4]);
        if (footerBytes > Length - 12 || footerBytes > MaxFooterBytes)
        {
            throw new ParquetDamage($"its footer claims {footerBytes} bytes of a file of {Length} (at most {MaxFooterBytes} are read)");
        }

        var start = Length - 8 - footerBytes;
        if (!Read(0, 4).Span.SequenceEqual("PAR1"u8))
        {
            throw new ParquetDamage("it does not begin with 'PAR1'");
        }

        return (footerBytes <= guess - 8 ? tail.Slice(guess - 8 - (int)footerBytes, (int)footerBytes) : Fetch(start, (int)footerBytes), start);
    }

    /// <summary>Fetches a range in one read; reads within it then cost nothing.</summary>
    public void Prefetch(long start, int length)
    {
        if (!IsFetched(start, length))
        {
            var fetched = new byte[length];
            content.Seek(start, SeekOrigin.Begin);
            content.ReadExactly(fetched);
            (window, windowStart) = (fetched, start);
        }
    }

    public ReadOnlyMemory<byte> Read(long start, int length)
        => IsFetched(start, length)
            ? window.AsMemory((int)(start - windowStart), length)
            : Fetch(start, length);

    public void Dispose() => content.Dispose();

    private bool IsFetched(long start, int length) => start >= windowStart && start + length <= windowStart + window.Length;

    private byte[] Fetch(long start, int length)
    {
        var bytes = new byte[length];
        content.Seek(start, SeekOrigin.Begin);
        content.ReadExactly(bytes);
        return bytes;
    }
}

namespace Transluce.Batch.Artifacts;

/// <summary>Walks the pages of one column chunk; one page is in memory at a time.</summary>
internal static class ColumnChunkReader
{
    private const int HeaderGuess = 1 << 10;

    // The bounds of a page's texts are in its header, whole and twice each: that of a header of a log can be 24 Mi characters.
    private const int MostHeader = 1 << 29;

    /// <param name="bytes">The file.</param>
    /// <param name="column">The leaf.</param>
    /// <param name="chunk">Where it lies.</param>
    /// <param name="spend">Is told the uncompressed size of each page before it is decompressed, and throws where there are too many.</param>
    /// <typeparam name="T">The column's own type.</typeparam>
    public static IEnumerable<LeafValues<T>> ReadPages<T>(ParquetBytes bytes, ParquetColumn column, ColumnChunkFooter chunk, Action<PageHeader> spend)
    {
        var decoder = new PageDecoder<T>(column, chunk.Codec);
        var position = chunk.Offset;
        var end = chunk.Offset + chunk.CompressedBytes;
        var entries = 0L;
        while (entries < chunk.EntryCount)
        {
            if (position >= end)
            {
                throw new ParquetDamage($"its pages end after {entries} of {chunk.EntryCount} entries");
            }

            var header = ReadHeader(bytes, position, end - position, out var headerBytes);
            position += headerBytes;
            header.Check(end - position);
            if (header.CompressedBytes < 0 || header.CompressedBytes > end - position)
            {
                throw new ParquetDamage($"a page claims {header.CompressedBytes} bytes where {end - position} are left");
            }

            spend(header);
            var page = decoder.Decode(header, header.Kind == PageKind.Index ? default : bytes.Read(position, header.CompressedBytes));
            position += header.CompressedBytes;
            if (page is null)
            {
                continue;
            }

            entries += page.EntryCount;
            if (entries > chunk.EntryCount)
            {
                throw new ParquetDamage($"a page brings its entries to {entries} of {chunk.EntryCount}");
            }

            yield return page;
        }
    }

    private static PageHeader ReadHeader(ParquetBytes bytes, long position, long left, out int headerBytes)
    {
        for (var guess = HeaderGuess; ; guess = (int)Math.Min(guess * 16L, MostHeader))
        {
            var length = (int)Math.Min(guess, left);
            try
            {
                return PageHeader.Read(bytes.Read(position, length).Span, out headerBytes);
            }
            catch (ParquetDamage damage) when (damage.EndsEarly && length < left && guess < MostHeader)
            {
                // Headers with long text statistics are larger than the guess: fetch more.
            }
        }
    }
}

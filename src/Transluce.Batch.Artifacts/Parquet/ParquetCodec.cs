using System.IO.Compression;
using Snappier;

namespace Transluce.Batch.Artifacts;

/// <summary>Compression of pages, by its number in Parquet.</summary>
internal enum ParquetCodec
{
    None = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    Lz4 = 5,
    Zstd = 6,
    Lz4Raw = 7,
}

/// <summary>Decompresses a page into exactly the bytes its header claims; a page that gives more or fewer is damaged.</summary>
internal static class PageCompression
{
    public static void Decompress(ParquetCodec codec, ReadOnlyMemory<byte> source, Span<byte> target)
    {
        var written = codec switch
        {
            ParquetCodec.None => Copy(source.Span, target),
            ParquetCodec.Snappy => Snappy.GetUncompressedLength(source.Span) == target.Length ? Snappy.Decompress(source.Span, target) : -1,
            ParquetCodec.Gzip => Gzip(source, target),
            ParquetCodec.Brotli => BrotliDecoder.TryDecompress(source.Span, target, out var count) ? count : -1,
            ParquetCodec.Zstd => Zstd(source.Span, target),
            _ => throw new ParquetDamage($"compression {codec} is not supported; write the file with zstd, snappy, gzip or brotli"),
        };
        if (written != target.Length)
        {
            throw new ParquetDamage($"a page does not decompress to the {target.Length} bytes it claims");
        }
    }

    private static int Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (source.Length != target.Length)
        {
            return -1;
        }

        source.CopyTo(target);
        return target.Length;
    }

    private static int Zstd(ReadOnlySpan<byte> source, Span<byte> target)
    {
        using var decompressor = new ZstdSharp.Decompressor();
        return decompressor.Unwrap(source, target);
    }

    private static int Gzip(ReadOnlyMemory<byte> source, Span<byte> target)
    {
        using var stream = new GZipStream(new MemoryStream(source.ToArray()), CompressionMode.Decompress);
        var read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        return stream.ReadByte() < 0 ? read : -1;
    }
}

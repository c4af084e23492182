using System.Buffers.Binary;

namespace Transluce.Batch.Artifacts;

/// <summary>Decodes the pages of one column chunk, in order; keeps the chunk's dictionary.</summary>
/// <typeparam name="T">The column's own type: bool, int, long, float, double, string or byte[].</typeparam>
internal sealed class PageDecoder<T>(ParquetColumn column, ParquetCodec codec)
{
    private T[]? dictionary;

    /// <returns>The page's values and levels, or null for a dictionary or index page.</returns>
    public LeafValues<T>? Decode(PageHeader header, ReadOnlyMemory<byte> content)
    {
        switch (header.Kind)
        {
            case PageKind.Data:
                return DecodeData(header, Decompress(header, content, 0));
            case PageKind.DataV2:
                return DecodeDataV2(header, content);
            case PageKind.Dictionary:
                if (dictionary is not null || header.Encoding is not (ParquetEncoding.Plain or ParquetEncoding.PlainDictionary))
                {
                    throw new ParquetDamage(dictionary is null ? $"a dictionary in {header.Encoding}" : "a second dictionary");
                }

                dictionary = PlainValues.Decode<T>(Decompress(header, content, 0), header.EntryCount, column);
                return null;
            case PageKind.Index:
                return null;
            default:
                throw new ParquetDamage($"a page of unknown kind {(int)header.Kind}");
        }
    }

    private LeafValues<T> DecodeData(PageHeader header, ReadOnlySpan<byte> page)
    {
        if (header.RepetitionEncoding != ParquetEncoding.Rle || header.DefinitionEncoding != ParquetEncoding.Rle)
        {
            throw new ParquetDamage($"levels in {header.DefinitionEncoding}, which is not supported");
        }

        var repetitions = DecodeLevels(TakeLevels(ref page, column.MaxRepetitionLevel), column.MaxRepetitionLevel, header.EntryCount);
        var definitions = DecodeLevels(TakeLevels(ref page, column.MaxDefinitionLevel), column.MaxDefinitionLevel, header.EntryCount);
        return Assemble(header, page, definitions, repetitions);
    }

    private LeafValues<T> DecodeDataV2(PageHeader header, ReadOnlyMemory<byte> content)
    {
        var levels = header.RepetitionBytes + header.DefinitionBytes;
        var repetitions = DecodeLevels(content.Span[..header.RepetitionBytes], column.MaxRepetitionLevel, header.EntryCount);
        var definitions = DecodeLevels(content.Span[header.RepetitionBytes..levels], column.MaxDefinitionLevel, header.EntryCount);
        var values = header.IsCompressed ? Decompress(header, content, levels) : content.Span[levels..].ToArray();
        return Assemble(header, values, definitions, repetitions);
    }

    private byte[] Decompress(PageHeader header, ReadOnlyMemory<byte> content, int levelBytes)
    {
        var page = new byte[header.UncompressedBytes - levelBytes];
        if (page.Length > 0)
        {
            PageCompression.Decompress(codec, content[levelBytes..], page);
        }

        return page;
    }

    private LeafValues<T> Assemble(PageHeader header, ReadOnlySpan<byte> source, byte[] definitions, byte[] repetitions)
    {
        var count = definitions.Length == 0 ? header.EntryCount : definitions.AsSpan().Count((byte)column.MaxDefinitionLevel);
        var values = header.Encoding switch
        {
            ParquetEncoding.Plain => PlainValues.Decode<T>(source, count, column),
            ParquetEncoding.PlainDictionary or ParquetEncoding.RleDictionary => DecodeIndices(source, count),
            ParquetEncoding.ByteStreamSplit => PlainValues.DecodeSplit<T>(source, count, column),
            ParquetEncoding.Rle when typeof(T) == typeof(bool) => (T[])(object)DecodeRleBools(source, count),
            ParquetEncoding.DeltaBinaryPacked or ParquetEncoding.DeltaLengthByteArray or ParquetEncoding.DeltaByteArray
                => DeltaValues.Decode<T>(header.Encoding, source, count, column),
            _ => throw new ParquetDamage($"values of {column.Type} in encoding {header.Encoding}"),
        };
        return new LeafValues<T>(values, definitions, repetitions, header.EntryCount);
    }

    private T[] DecodeIndices(ReadOnlySpan<byte> source, int count)
    {
        if (dictionary is null)
        {
            throw new ParquetDamage("dictionary indices without a dictionary");
        }

        if (count == 0)
        {
            return [];
        }

        if (source.Length == 0)
        {
            throw new ParquetDamage("dictionary indices end early");
        }

        var indices = new int[count];
        HybridRuns.Decode(source[1..], source[0], dictionary.Length - 1, indices.AsSpan());
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = dictionary[indices[i]];
        }

        return values;
    }

    private static bool[] DecodeRleBools(ReadOnlySpan<byte> source, int count)
    {
        var bits = new int[count];
        HybridRuns.Decode(TakeLevels(ref source, 1), 1, 1, bits.AsSpan());
        return Array.ConvertAll(bits, b => b != 0);
    }

    /// <summary>Levels of version 1 stand in front of the values, after their length; levels that can only be 0 are not written.</summary>
    private static ReadOnlySpan<byte> TakeLevels(ref ReadOnlySpan<byte> page, int maximum)
    {
        if (maximum == 0)
        {
            return default;
        }

        var length = page.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(page) : -1;
        if (length < 0 || length > page.Length - 4)
        {
            throw new ParquetDamage($"levels claim {length} bytes where {Math.Max(0, page.Length - 4)} are left");
        }

        var levels = page.Slice(4, length);
        page = page[(4 + length)..];
        return levels;
    }

    private static byte[] DecodeLevels(ReadOnlySpan<byte> source, int maximum, int count)
    {
        if (maximum == 0)
        {
            return [];
        }

        var levels = new byte[count];
        HybridRuns.Decode(source, HybridRuns.BitWidth(maximum), maximum, levels.AsSpan());
        return levels;
    }
}

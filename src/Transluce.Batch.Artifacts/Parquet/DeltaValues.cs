namespace Transluce.Batch.Artifacts;

/// <summary>Decodes the delta encodings, which other writers use for numbers and sorted strings.</summary>
internal static class DeltaValues
{
    /// <summary>Most strings or byte arrays accepted in a page: each is an object of its own.</summary>
    private const int MaxByteArrays = 8 << 20;

    public static T[] Decode<T>(ParquetEncoding encoding, ReadOnlySpan<byte> source, int count, ParquetColumn column)
    {
        switch (encoding, column.Type)
        {
            case (ParquetEncoding.DeltaBinaryPacked, ParquetType.Int32):
                return (T[])(object)Array.ConvertAll(DecodeNumbers(source, count, out _), v => unchecked((int)v));
            case (ParquetEncoding.DeltaBinaryPacked, ParquetType.Int64):
                return (T[])(object)DecodeNumbers(source, count, out _);
            case (ParquetEncoding.DeltaLengthByteArray, ParquetType.ByteArray):
                return Convert<T>(DecodeArrays(source, count));
            case (ParquetEncoding.DeltaByteArray, ParquetType.ByteArray):
                return Convert<T>(DecodePrefixed(source, count));
            default:
                throw new ParquetDamage($"values of {column.Type} in encoding {encoding}");
        }
    }

    private static T[] Convert<T>(byte[][] arrays) => typeof(T) == typeof(string)
        ? (T[])(object)Array.ConvertAll(arrays, System.Text.Encoding.UTF8.GetString)
        : (T[])(object)arrays;

    /// <summary>Blocks of miniblocks of bit-packed differences to the block's smallest difference.</summary>
    private static long[] DecodeNumbers(ReadOnlySpan<byte> source, int count, out int consumed)
    {
        var reader = new BitReader(source);
        var blockSize = reader.ReadVarInt();
        var miniblocks = reader.ReadVarInt();
        var total = reader.ReadVarInt();
        if (total != (ulong)count || miniblocks is 0 or > 512 || blockSize > 1 << 20 || blockSize % miniblocks != 0 || blockSize / miniblocks % 8 != 0 || blockSize == 0)
        {
            throw new ParquetDamage($"differences in blocks of {blockSize} with {miniblocks} parts for {total} of {count} values");
        }

        var values = new long[count];
        var value = reader.ReadZigZag();
        var perMiniblock = (int)(blockSize / miniblocks);
        for (var next = 0; next < count;)
        {
            if (next == 0)
            {
                values[next++] = value;
                if (count == 1)
                {
                    break;
                }
            }

            var smallest = reader.ReadZigZag();
            var widths = reader.TakeBytes((int)miniblocks);
            foreach (var width in widths)
            {
                if (next >= count)
                {
                    // Parts behind the last value are not written.
                    break;
                }

                var packed = new BitReader(reader.TakeBytes(width <= 64 ? perMiniblock * width / 8 : throw new ParquetDamage($"differences of {width} bits")));
                for (var i = 0; i < perMiniblock && next < count; i++)
                {
                    value = unchecked(value + smallest + (long)packed.ReadBits(width));
                    values[next++] = value;
                }
            }
        }

        consumed = reader.Position;
        return values;
    }

    private static byte[][] DecodeArrays(ReadOnlySpan<byte> source, int count)
    {
        var lengths = DecodeLengths(source, count, out var consumed);
        source = source[consumed..];
        var arrays = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            if (lengths[i] < 0 || lengths[i] > source.Length)
            {
                throw new ParquetDamage($"a value claims {lengths[i]} bytes where {source.Length} are left");
            }

            arrays[i] = source[..(int)lengths[i]].ToArray();
            source = source[(int)lengths[i]..];
        }

        return arrays;
    }

    private static byte[][] DecodePrefixed(ReadOnlySpan<byte> source, int count)
    {
        var prefixes = DecodeLengths(source, count, out var consumed);
        var arrays = DecodeArrays(source[consumed..], count);
        var bytes = 0L;
        for (var i = 0; i < count; i++)
        {
            var before = i == 0 ? [] : arrays[i - 1];
            if (prefixes[i] < 0 || prefixes[i] > before.Length || (bytes += prefixes[i] + arrays[i].Length) > PageHeader.MaxPageBytes)
            {
                throw new ParquetDamage($"a value shares {prefixes[i]} bytes with one of {before.Length}");
            }

            arrays[i] = [.. before.AsSpan(0, (int)prefixes[i]), .. arrays[i]];
        }

        return arrays;
    }

    private static long[] DecodeLengths(ReadOnlySpan<byte> source, int count, out int consumed)
        => count <= MaxByteArrays ? DecodeNumbers(source, count, out consumed) : throw new ParquetDamage($"{count} strings in one page");

    private ref struct BitReader(ReadOnlySpan<byte> source)
    {
        private readonly ReadOnlySpan<byte> source = source;
        private int bit;

        public int Position { get; private set; }

        public ulong ReadVarInt()
        {
            var value = 0UL;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var part = TakeBytes(1)[0];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }

            throw new ParquetDamage("a number takes more than ten bytes");
        }

        public long ReadZigZag()
        {
            var value = ReadVarInt();
            return (long)(value >> 1) ^ -(long)(value & 1);
        }

        public ReadOnlySpan<byte> TakeBytes(int count)
        {
            if (count > source.Length - Position)
            {
                throw new ParquetDamage("differences end early");
            }

            var taken = source.Slice(Position, count);
            Position += count;
            return taken;
        }

        public ulong ReadBits(int width)
        {
            var value = 0UL;
            for (var done = 0; done < width;)
            {
                var take = Math.Min(8 - (bit % 8), width - done);
                value |= ((ulong)(source[bit / 8] >> (bit % 8)) & ((1UL << take) - 1)) << done;
                done += take;
                bit += take;
            }

            return value;
        }
    }
}

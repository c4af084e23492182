using System.Numerics;

namespace Transluce.Batch.Artifacts;

/// <summary>Parquet's mix of run-length and bit-packed runs, in which levels and dictionary indices are written.</summary>
internal static class HybridRuns
{
    /// <summary>Decodes exactly <paramref name="target"/>'s length of values, each at most <paramref name="maximum"/>.</summary>
    public static void Decode<T>(ReadOnlySpan<byte> source, int bitWidth, int maximum, Span<T> target)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (bitWidth is < 0 or > 31)
        {
            throw new ParquetDamage($"values of {bitWidth} bits");
        }

        var position = 0;
        var filled = 0;
        while (filled < target.Length)
        {
            var header = ReadVarInt(source, ref position);
            if ((header & 1) == 0)
            {
                var run = (int)Math.Min(header >> 1, (uint)(target.Length - filled));
                var value = ReadLittleEndian(source, ref position, (bitWidth + 7) / 8);
                RequireProgress(run);
                Require(value, maximum);
                target.Slice(filled, run).Fill(T.CreateTruncating(value));
                filled += run;
            }
            else
            {
                // A group packs eight values; the last one may be cut off by the number of values.
                var values = (int)Math.Min((header >> 1) * 8L, target.Length - filled);
                RequireProgress(values);
                Unpack(source, ref position, bitWidth, maximum, target.Slice(filled, values), (header >> 1) * (long)bitWidth);
                filled += values;
            }
        }
    }

    /// <summary>Bits that hold the numbers 0 to <paramref name="maximum"/>.</summary>
    public static int BitWidth(int maximum) => 32 - int.LeadingZeroCount(maximum);

    private static void Unpack<T>(ReadOnlySpan<byte> source, ref int position, int bitWidth, int maximum, Span<T> target, long packedBytes)
        where T : unmanaged, IBinaryInteger<T>
    {
        var needed = ((long)target.Length * bitWidth + 7) / 8;
        if (needed > source.Length - position)
        {
            throw new ParquetDamage("packed values end early");
        }

        var buffer = 0UL;
        var bits = 0;
        var next = position;
        var mask = (1UL << bitWidth) - 1;
        for (var i = 0; i < target.Length; i++)
        {
            while (bits < bitWidth)
            {
                buffer |= (ulong)source[next++] << bits;
                bits += 8;
            }

            var value = (int)(buffer & mask);
            Require(value, maximum);
            target[i] = T.CreateTruncating(value);
            buffer >>= bitWidth;
            bits -= bitWidth;
        }

        position = (int)Math.Min(source.Length, position + packedBytes);
    }

    private static void Require(int value, int maximum)
    {
        if ((uint)value > (uint)maximum)
        {
            throw new ParquetDamage($"a level or dictionary index of {value}, above {maximum}");
        }
    }

    private static void RequireProgress(int values)
    {
        if (values == 0)
        {
            throw new ParquetDamage("a run of no values");
        }
    }

    private static uint ReadVarInt(ReadOnlySpan<byte> source, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; shift < 35 && position < source.Length; shift += 7)
        {
            var part = source[position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value <= uint.MaxValue ? (uint)value : throw new ParquetDamage($"a run of {value} values");
            }
        }

        throw new ParquetDamage("runs end early");
    }

    private static int ReadLittleEndian(ReadOnlySpan<byte> source, ref int position, int bytes)
    {
        if (bytes > source.Length - position)
        {
            throw new ParquetDamage("runs end early");
        }

        var value = 0;
        for (var i = 0; i < bytes; i++)
        {
            value |= source[position++] << (8 * i);
        }

        return value;
    }
}

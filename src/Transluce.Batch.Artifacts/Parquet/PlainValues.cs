using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Transluce.Batch.Artifacts;

/// <summary>Decodes values written one after the other (PLAIN) or as byte planes (BYTE_STREAM_SPLIT).</summary>
internal static class PlainValues
{
    /// <summary>Most strings or byte arrays accepted in a page: each is an object of its own.</summary>
    private const int MaxByteArrays = 8 << 20;

    public static T[] Decode<T>(ReadOnlySpan<byte> source, int count, ParquetColumn column)
    {
        if (typeof(T) == typeof(string))
        {
            return (T[])(object)DecodeArrays(source, count, bytes => System.Text.Encoding.UTF8.GetString(bytes));
        }

        if (typeof(T) == typeof(byte[]))
        {
            return (T[])(object)DecodeArrays(source, count, bytes => bytes.ToArray());
        }

        return column.Type switch
        {
            ParquetType.Boolean => (T[])(object)DecodeBools(source, count),
            ParquetType.Int32 => (T[])(object)DecodeFixed<int>(source, count),
            ParquetType.Int64 => (T[])(object)DecodeFixed<long>(source, count),
            ParquetType.Float => (T[])(object)DecodeFixed<float>(source, count),
            ParquetType.Double => (T[])(object)DecodeFixed<double>(source, count),
            _ => throw new ParquetDamage($"values of {column.Type} are not supported"),
        };
    }

    /// <summary>Byte 0 of every value, then byte 1 of every value, and so on.</summary>
    public static T[] DecodeSplit<T>(ReadOnlySpan<byte> source, int count, ParquetColumn column) => column.Type switch
    {
        ParquetType.Int32 => (T[])(object)DecodeSplit<int>(source, count),
        ParquetType.Int64 => (T[])(object)DecodeSplit<long>(source, count),
        ParquetType.Float => (T[])(object)DecodeSplit<float>(source, count),
        ParquetType.Double => (T[])(object)DecodeSplit<double>(source, count),
        _ => throw new ParquetDamage($"byte planes of {column.Type}"),
    };

    private static T[] DecodeFixed<T>(ReadOnlySpan<byte> source, int count)
        where T : unmanaged
    {
        Require(source, count, Marshal.SizeOf<T>());
        return MemoryMarshal.Cast<byte, T>(source)[..count].ToArray();
    }

    private static T[] DecodeSplit<T>(ReadOnlySpan<byte> source, int count)
        where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        Require(source, count, size);
        var values = new T[count];
        var target = MemoryMarshal.AsBytes(values.AsSpan());
        for (var plane = 0; plane < size; plane++)
        {
            var bytes = source.Slice(plane * count, count);
            var at = plane;
            foreach (var value in bytes)
            {
                target[at] = value;
                at += size;
            }
        }

        return values;
    }

    private static bool[] DecodeBools(ReadOnlySpan<byte> source, int count)
    {
        if (source.Length < (count + 7) / 8)
        {
            throw Short(source, count);
        }

        var values = new bool[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = ((source[i / 8] >> (i % 8)) & 1) != 0;
        }

        return values;
    }

    private static T[] DecodeArrays<T>(ReadOnlySpan<byte> source, int count, Func<ReadOnlySpan<byte>, T> convert)
    {
        if (count > MaxByteArrays || count > source.Length / 4)
        {
            throw Short(source, count);
        }

        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            var length = source.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(source) : -1;
            if (length < 0 || length > source.Length - 4)
            {
                throw new ParquetDamage($"a value claims {length} bytes where {Math.Max(0, source.Length - 4)} are left");
            }

            values[i] = convert(source.Slice(4, length));
            source = source[(4 + length)..];
        }

        return values;
    }

    private static void Require(ReadOnlySpan<byte> source, int count, int size)
    {
        if ((long)count * size > source.Length)
        {
            throw Short(source, count);
        }
    }

    private static ParquetDamage Short(ReadOnlySpan<byte> source, int count) => new($"{source.Length} bytes cannot hold the {count} values of a page");
}

namespace Transluce.Batch.Artifacts;

/// <summary>Types of the Thrift compact protocol, in which Parquet writes its footer and page headers.</summary>
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}

/// <summary>
/// Reads the Thrift compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md) from untrusted
/// bytes: no length is believed beyond the bytes that are there, so nothing it returns is larger than its input.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int MaxDepth = 24;
    private readonly ReadOnlySpan<byte> data = data;
    private int depth;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Begins a struct; its fields follow by <see cref="NextField"/>.</summary>
    public void BeginStruct()
    {
        if (++depth > MaxDepth)
        {
            throw new ParquetDamage($"structures are nested more than {MaxDepth} deep");
        }
    }

    /// <summary>The next field of the current struct; false at its end.</summary>
    /// <param name="id">The field before (0 at first), then this one.</param>
    /// <param name="type">How its value is written; a bool is its own type.</param>
    public bool NextField(ref int id, out ThriftType type)
    {
        var header = ReadByte();
        type = (ThriftType)(header & 15);
        if (type == ThriftType.Stop)
        {
            depth--;
            return false;
        }

        if (type > ThriftType.Struct)
        {
            throw new ParquetDamage($"unknown type {(int)type} in a structure");
        }

        id = (header >> 4) == 0 ? checked((short)ReadZigZag()) : id + (header >> 4);
        return true;
    }

    public static bool Bool(ThriftType type) => type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw Unexpected(type, "a bool"),
    };

    public int Int32(ThriftType type)
    {
        if (type is not (ThriftType.Int32 or ThriftType.Int16 or ThriftType.Byte))
        {
            throw Unexpected(type, "an integer");
        }

        var value = type == ThriftType.Byte ? (sbyte)ReadByte() : ReadZigZag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new ParquetDamage($"{value} does not fit into 32 bits");
    }

    public long Int64(ThriftType type)
        => type == ThriftType.Int64 ? ReadZigZag() : throw Unexpected(type, "a 64-bit integer");

    public ReadOnlySpan<byte> Binary(ThriftType type)
        => type == ThriftType.Binary ? Take(ReadLength()) : throw Unexpected(type, "bytes");

    public string Text(ThriftType type) => System.Text.Encoding.UTF8.GetString(Binary(type));

    /// <summary>Length of a list; every element takes at least one byte, so it is never more than what is left.</summary>
    public int List(ThriftType type, out ThriftType element)
    {
        if (type is not (ThriftType.List or ThriftType.Set))
        {
            throw Unexpected(type, "a list");
        }

        var header = ReadByte();
        element = (ThriftType)(header & 15);
        var count = header >> 4 == 15 ? ReadLength() : header >> 4;
        return count <= data.Length - Position ? count : throw Short();
    }

    /// <summary>Passes over a value of any type.</summary>
    public void Skip(ThriftType type, bool inList = false)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                Take(inList ? 1 : 0);
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ReadVarInt();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Binary:
                Take(ReadLength());
                break;
            case ThriftType.List or ThriftType.Set:
                BeginStruct();
                for (var left = List(type, out var element); left > 0; left--)
                {
                    Skip(element, inList: true);
                }

                depth--;
                break;
            case ThriftType.Struct:
                BeginStruct();
                var id = 0;
                while (NextField(ref id, out var field))
                {
                    Skip(field);
                }

                break;
            default:
                throw Unexpected(type, "a known type");
        }
    }

    public static void RequireElement(ThriftType element, ThriftType expected)
    {
        if (element != expected)
        {
            throw new ParquetDamage($"a list of {element} stands where a list of {expected} belongs");
        }
    }

    private static ParquetDamage Unexpected(ThriftType type, string expected) => new($"{type} stands where {expected} belongs");

    private ParquetDamage Short() => new($"a structure ends early at byte {Position}") { EndsEarly = true };

    private byte ReadByte() => Position < data.Length ? data[Position++] : throw Short();

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > data.Length - Position)
        {
            throw Short();
        }

        var taken = data.Slice(Position, count);
        Position += count;
        return taken;
    }

    private ulong ReadVarInt()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new ParquetDamage("an integer takes more than ten bytes");
    }

    private long ReadZigZag()
    {
        var value = ReadVarInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private int ReadLength()
    {
        var length = ReadVarInt();
        return length <= int.MaxValue ? (int)length : throw new ParquetDamage($"a length of {length}");
    }
}

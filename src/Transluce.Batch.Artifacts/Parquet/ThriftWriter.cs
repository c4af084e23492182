namespace Transluce.Batch.Artifacts;

/// <summary>Writes the Thrift compact protocol; the counterpart of <see cref="ThriftReader"/>.</summary>
internal sealed class ThriftWriter
{
    private readonly List<byte> bytes = [];

    public ReadOnlySpan<byte> Written => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);

    /// <summary>Begins a field; fields of one struct come in ascending order.</summary>
    /// <param name="last">The field before (0 at first), then this one.</param>
    /// <param name="id">Its number.</param>
    /// <param name="type">How the value that follows is written; a bool is its own type.</param>
    public void Field(ref int last, int id, ThriftType type)
    {
        if (id - last is > 0 and <= 15)
        {
            bytes.Add((byte)(((id - last) << 4) | (int)type));
        }
        else
        {
            bytes.Add((byte)type);
            Number(id);
        }

        last = id;
    }

    public void EndStruct() => bytes.Add(0);

    public void Number(long value) => VarInt((ulong)((value << 1) ^ (value >> 63)));

    public void Byte(byte value) => bytes.Add(value);

    public void Binary(ReadOnlySpan<byte> value)
    {
        VarInt((ulong)value.Length);
        bytes.AddRange(value);
    }

    public void List(int count, ThriftType element)
    {
        if (count < 15)
        {
            bytes.Add((byte)((count << 4) | (int)element));
        }
        else
        {
            bytes.Add((byte)(0xF0 | (int)element));
            VarInt((ulong)count);
        }
    }

    private void VarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}

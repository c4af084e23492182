using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Writes archives as logs have them, member by member, by any method; the framework's writer knows no Zstandard.</summary>
internal sealed class ZipBuilder(Stream target)
{
    public const int Stored = 0;
    public const int Deflate = 8;
    public const int Zstandard = 93;

    private readonly List<byte> directory = [];
    private int entries;

    public ZipBuilder Add(string name, string text, int method = Zstandard) => Add(name, Encoding.UTF8.GetBytes(text), method);

    public ZipBuilder Add(string name, ReadOnlySpan<byte> bytes, int method = Zstandard) => Add(Encoding.UTF8.GetBytes(name), bytes, method);

    public ZipBuilder Add(byte[] nameBytes, ReadOnlySpan<byte> bytes, int method = Zstandard)
    {
        var packed = Pack(bytes, method);
        var offset = target.Position;
        var fields = new byte[26];
        BinaryPrimitives.WriteUInt16LittleEndian(fields, 20);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.AsSpan(2), 0x800);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.AsSpan(4), (ushort)method);
        BinaryPrimitives.WriteUInt32LittleEndian(fields.AsSpan(10), Crc32.HashToUInt32(bytes));
        BinaryPrimitives.WriteUInt32LittleEndian(fields.AsSpan(14), (uint)packed.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(fields.AsSpan(18), (uint)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(fields.AsSpan(22), (ushort)nameBytes.Length);
        target.Write("PK\u0003\u0004"u8);
        target.Write(fields);
        target.Write(nameBytes);
        target.Write(packed);

        directory.AddRange("PK\u0001\u0002\u0014\u0000"u8);
        directory.AddRange(fields);
        directory.AddRange(new byte[10]);
        Span<byte> place = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)offset);
        directory.AddRange(place);
        directory.AddRange(nameBytes);
        entries++;
        return this;
    }

    public void End()
    {
        var end = new byte[22];
        "PK\u0005\u0006"u8.CopyTo(end);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)directory.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)target.Position);
        target.Write(directory.ToArray());
        target.Write(end);
    }

    /// <summary>A log of samples, each given as JSON, with a plain header.</summary>
    public static byte[] Log(params ReadOnlySpan<(string Name, string Json)> members)
    {
        using var bytes = new MemoryStream();
        var zip = new ZipBuilder(bytes).Add("header.json", """{"version":2,"status":"success","eval":{"eval_id":"e","run_id":"r","task":"t","model":"m","created":"2026-01-01T00:00:00+00:00"}}""");
        foreach (var (name, json) in members)
        {
            zip.Add(name, json);
        }

        zip.End();
        return bytes.ToArray();
    }

    private static byte[] Pack(ReadOnlySpan<byte> bytes, int method)
    {
        if (method == Stored)
        {
            return bytes.ToArray();
        }

        using var packed = new MemoryStream();
        using (Stream packer = method == Deflate ? new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZstdSharp.CompressionStream(packed, 3, leaveOpen: true))
        {
            packer.Write(bytes);
        }

        return packed.ToArray();
    }
}

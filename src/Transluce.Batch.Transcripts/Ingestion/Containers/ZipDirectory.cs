using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads the central directory. Local headers are not searched for: a log without a directory is reported, not guessed at.</summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const int EndBytes = 22;
    private const int EntryBytes = 46;
    private const uint Overflow = uint.MaxValue;

    // All of it is in memory, and for every entry as much again.
    private const int MostBytes = 256 << 20;

    /// <summary>Entries by name; of several with one name the last one in the directory counts, at the place of the first.</summary>
    /// <exception cref="LogDamage">The directory is missing or contradicts the file.</exception>
    public static IReadOnlyList<ZipEntry> Read(SafeFileHandle file)
    {
        var (offset, bytes) = Locate(file);
        if (bytes > MostBytes)
        {
            throw new LogDamage(LogDamage.Cap, $"the central directory has {bytes} bytes; up to {MostBytes} are read");
        }

        var directory = new byte[bytes];
        ReadExactly(file, directory, offset, "the central directory");
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var entries = new List<ZipEntry>();
        var position = 0;
        while (position + EntryBytes <= directory.Length && U32(directory, position) == EntrySignature)
        {
            var entry = ReadEntry(directory, ref position);
            if (places.TryAdd(entry.Key, entries.Count))
            {
                entries.Add(entry);
            }
            else
            {
                entries[places[entry.Key]] = entry;
            }
        }

        return position == directory.Length
            ? entries
            : throw Damage($"byte {offset + position} should begin an entry of the central directory and does not");
    }

    private static ZipEntry ReadEntry(byte[] d, ref int position)
    {
        var p = position;
        var nameBytes = U16(d, p + 28);
        var extraBytes = U16(d, p + 30);
        var next = p + EntryBytes + nameBytes + extraBytes + U16(d, p + 32);
        if (next > d.Length)
        {
            throw Damage("an entry of the central directory runs over its end");
        }

        long compressed = U32(d, p + 20);
        long bytes = U32(d, p + 24);
        long header = U32(d, p + 42);
        var extra = d.AsSpan(p + EntryBytes + nameBytes, extraBytes);
        ReadZip64(extra, ref bytes, ref compressed, ref header);
        var flags = U16(d, p + 8);
        var name = d.AsSpan(p + EntryBytes, nameBytes);
        position = next;
        return new ZipEntry(Encoding.Latin1.GetString(name), ZipEntry.Shown(name), U16(d, p + 10), (flags & 0x41) != 0, U32(d, p + 16), compressed, bytes, header);
    }

    /// <summary>The 64-bit field holds only the values that overflow, in this order.</summary>
    private static void ReadZip64(ReadOnlySpan<byte> extra, ref long bytes, ref long compressed, ref long header)
    {
        if (bytes != Overflow && compressed != Overflow && header != Overflow)
        {
            return;
        }

        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (id == 1)
            {
                var field = extra.Slice(4, length);
                Take(ref field, ref bytes);
                Take(ref field, ref compressed);
                Take(ref field, ref header);
                return;
            }

            extra = extra[(4 + length)..];
        }

        static void Take(ref ReadOnlySpan<byte> field, ref long value)
        {
            if (value == Overflow && field.Length >= 8)
            {
                value = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[8..];
                if (value < 0)
                {
                    throw Damage($"a 64-bit field of the central directory holds {value}");
                }
            }
        }
    }

    private static (long Offset, long Bytes) Locate(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var tail = new byte[Math.Min(length, EndBytes + ushort.MaxValue)];
        ReadExactly(file, tail, length - tail.Length, "the end of the file");
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            // The comment's length must lead exactly to the end: a signature within a comment or within data is none.
            if (U32(tail, at) == EndSignature && at + EndBytes + U16(tail, at + 20) == tail.Length)
            {
                var end = length - tail.Length + at;
                var (offset, bytes) = ((long)U32(tail, at + 16), (long)U32(tail, at + 12));
                // The locator is looked at only where a value says that it overflowed: elsewhere its bytes can be chance.
                if (offset == Overflow || bytes == Overflow || U16(tail, at + 10) == ushort.MaxValue)
                {
                    (offset, bytes) = Locate64(file, end) ?? (offset, bytes);
                }

                return offset >= 0 && bytes >= 0 && offset <= end - bytes
                    ? (offset, bytes)
                    : throw Damage($"the central directory is said to have {bytes} bytes at {offset}, but the file ends at {length}");
            }
        }

        throw Damage($"no end of a central directory in the last {tail.Length} of {length} bytes: the file is cut, or still being written");
    }

    private static (long Offset, long Bytes)? Locate64(SafeFileHandle file, long end)
    {
        var locator = new byte[20];
        if (end < locator.Length)
        {
            return null;
        }

        ReadExactly(file, locator, end - locator.Length, "the 64-bit locator");
        if (U32(locator, 0) != LocatorSignature)
        {
            return null;
        }

        var record = new byte[56];
        var at = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        if (at < 0 || at > end - record.Length)
        {
            throw Damage($"the 64-bit locator points to {at}, outside the file");
        }

        ReadExactly(file, record, at, "the 64-bit end record");
        return U32(record, 0) == End64Signature
            ? (BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)))
            : throw Damage($"byte {at} should begin the 64-bit end record and does not");
    }

    internal static void ReadExactly(SafeFileHandle file, Span<byte> target, long offset, string what)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(file, target, offset);
            if (read == 0)
            {
                throw Damage($"the file ends within {what}");
            }

            target = target[read..];
            offset += read;
        }
    }

    private static LogDamage Damage(string reason) => new(LogDamage.Zip, reason);

    private static int U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}

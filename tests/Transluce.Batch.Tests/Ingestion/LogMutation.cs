using System.Buffers.Binary;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Damages a log in a way that its seed decides.</summary>
internal static class LogMutation
{
    /// <summary>The damaged bytes, and whether the archive's directory is as it was, so that it announces the same samples.</summary>
    public static (byte[] Bytes, bool DirectoryIntact, string What) Apply(byte[] log, int seed)
    {
        var random = new Random(seed);
        var directory = DirectoryOffset(log);
        var bytes = (byte[])log.Clone();
        switch (random.Next(6))
        {
            case 0:
                var at = random.Next(bytes.Length);
                bytes[at] ^= (byte)(1 << random.Next(8));
                return (bytes, at < directory, $"bit at {at}");
            case 1:
                var last = 0;
                for (var i = random.Next(2, 40); i > 0; i--)
                {
                    var flip = random.Next(bytes.Length);
                    bytes[flip] ^= (byte)(1 << random.Next(8));
                    last = Math.Max(last, flip);
                }

                return (bytes, last < directory, $"bits up to {last}");
            case 2:
                var length = random.Next(bytes.Length);
                return (bytes[..length], false, $"cut to {length}");
            case 3 when directory < bytes.Length:
                return (SwapMembers(bytes, directory, random), true, "members swapped");
            case 4:
                var start = random.Next(bytes.Length);
                var zeroed = Math.Min(random.Next(1, 400), bytes.Length - start);
                bytes.AsSpan(start, zeroed).Clear();
                return (bytes, start + zeroed <= directory, $"{zeroed} zeros at {start}");
            default:
                var from = random.Next(bytes.Length);
                var count = Math.Min(random.Next(1, 2000), bytes.Length - from);
                return ([.. bytes[..from], .. bytes[(from + count)..]], false, $"{count} bytes removed at {from}");
        }
    }

    /// <summary>Two entries of the directory exchange the places they point to.</summary>
    private static byte[] SwapMembers(byte[] bytes, int directory, Random random)
    {
        var places = new List<int>();
        for (var at = directory; at + 46 <= bytes.Length && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)) == 0x02014b50;)
        {
            places.Add(at + 42);
            at += 46 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 28)) + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 30)) + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 32));
        }

        if (places.Count < 2)
        {
            return bytes;
        }

        var (one, other) = (places[random.Next(places.Count)], places[random.Next(places.Count)]);
        var kept = bytes[one..(one + 4)];
        bytes.AsSpan(other, 4).CopyTo(bytes.AsSpan(one));
        kept.CopyTo(bytes, other);
        return bytes;
    }

    /// <summary>Where the directory begins; the length of the file where it is no archive.</summary>
    private static int DirectoryOffset(byte[] log)
    {
        for (var at = log.Length - 22; at >= 0 && log[0] == 'P'; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(log.AsSpan(at)) == 0x06054b50)
            {
                var offset = BinaryPrimitives.ReadUInt32LittleEndian(log.AsSpan(at + 16));
                return offset < log.Length ? (int)offset : 0;
            }
        }

        return log.Length;
    }
}

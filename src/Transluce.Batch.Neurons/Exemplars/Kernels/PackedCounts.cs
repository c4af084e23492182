using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Histogram counts as bytes: base-128 integers, least significant group first; a run of zeros is a 0 followed by its length less one.</summary>
internal static class PackedCounts
{
    public static byte[] Pack(ReadOnlySpan<uint> counts)
    {
        var bytes = new List<byte>(256);
        for (var i = 0; i < counts.Length; i++)
        {
            Append(bytes, counts[i]);
            if (counts[i] == 0)
            {
                var first = i;
                while (i + 1 < counts.Length && counts[i + 1] == 0)
                {
                    i++;
                }

                Append(bytes, (uint)(i - first));
            }
        }

        return [.. bytes];
    }

    /// <summary>Fills exactly <paramref name="counts"/>.</summary>
    /// <exception cref="ArtifactException">The bytes hold another number of counts.</exception>
    public static void Unpack(ReadOnlySpan<byte> bytes, Span<uint> counts)
    {
        var at = 0;
        var length = 0;
        while (at < bytes.Length)
        {
            var value = Next(bytes, ref at);
            var run = value == 0 ? Next(bytes, ref at) + 1L : 1;
            if (length + run > counts.Length)
            {
                throw Damaged();
            }

            counts.Slice(length, (int)run).Fill(value);
            length += (int)run;
        }

        if (length != counts.Length)
        {
            throw Damaged();
        }
    }

    private static void Append(List<byte> bytes, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }

    private static uint Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (at >= bytes.Length)
            {
                throw Damaged();
            }

            value |= (ulong)(bytes[at] & 0x7F) << shift;
            if (bytes[at++] < 0x80)
            {
                return value <= uint.MaxValue ? (uint)value : throw Damaged();
            }
        }

        throw Damaged();
    }

    private static ArtifactException Damaged()
        => new("A histogram in collected_statistics is damaged: its counts do not fill the bins exactly. Delete the collect-exemplars artifact and run again.");
}

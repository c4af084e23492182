using System.Buffers.Binary;
using System.Numerics;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>BLAKE2s without a key (RFC 7693), which the framework lacks; Inspect derives ids of old logs with it.</summary>
internal static class Blake2s
{
    private const int BlockBytes = 64;

    // RFC 7693, section 2.6: the same as SHA-256's.
    private static readonly uint[] Initial =
        [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];

    // RFC 7693, section 2.7.
    private static readonly byte[][] Order =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ];

    public static byte[] Hash(ReadOnlySpan<byte> data, int digestBytes)
    {
        var state = (uint[])Initial.Clone();
        state[0] ^= 0x01010000u ^ (uint)digestBytes;
        var done = 0L;
        Span<byte> block = stackalloc byte[BlockBytes];
        do
        {
            var length = Math.Min(BlockBytes, data.Length - (int)done);
            block.Clear();
            data.Slice((int)done, length).CopyTo(block);
            done += length;
            Compress(state, block, done, done == data.Length);
        }
        while (done < data.Length);

        var digest = new byte[32];
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(i * 4), state[i]);
        }

        return digest[..digestBytes];
    }

    private static void Compress(uint[] state, ReadOnlySpan<byte> block, long counted, bool last)
    {
        Span<uint> m = stackalloc uint[16];
        for (var i = 0; i < 16; i++)
        {
            m[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(i * 4)..]);
        }

        Span<uint> v = [.. state, .. Initial];
        v[12] ^= (uint)counted;
        v[13] ^= (uint)(counted >> 32);
        v[14] ^= last ? uint.MaxValue : 0;
        foreach (var order in Order)
        {
            Mix(v, 0, 4, 8, 12, m[order[0]], m[order[1]]);
            Mix(v, 1, 5, 9, 13, m[order[2]], m[order[3]]);
            Mix(v, 2, 6, 10, 14, m[order[4]], m[order[5]]);
            Mix(v, 3, 7, 11, 15, m[order[6]], m[order[7]]);
            Mix(v, 0, 5, 10, 15, m[order[8]], m[order[9]]);
            Mix(v, 1, 6, 11, 12, m[order[10]], m[order[11]]);
            Mix(v, 2, 7, 8, 13, m[order[12]], m[order[13]]);
            Mix(v, 3, 4, 9, 14, m[order[14]], m[order[15]]);
        }

        for (var i = 0; i < state.Length; i++)
        {
            state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void Mix(Span<uint> v, int a, int b, int c, int d, uint x, uint y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 12);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 8);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 7);
    }
}

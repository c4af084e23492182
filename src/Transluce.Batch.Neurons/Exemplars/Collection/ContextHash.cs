using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// Names the context of a peak: its last 8 token ids, the peak's own included, fewer at the start of a window. 128 bits of SHA-256 stand for
/// the ids, so that a shard can tell repeats without keeping the corpus in memory; no corpus can be made to collide.
/// </summary>
internal static class ContextHash
{
    public const int ContextTokens = 8;

    public static UInt128 Of(ReadOnlySpan<int> tokenIds, int position)
    {
        var first = Math.Max(0, position + 1 - ContextTokens);
        Span<byte> bytes = stackalloc byte[ContextTokens * sizeof(int)];
        var length = 0;
        for (var i = first; i <= position; i++, length += sizeof(int))
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[length..], tokenIds[i]);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>
/// Remembers in fixed memory which words occurred more than once: two bit tables by hash. It may take a word for a repeated one that is not,
/// never the other way round. Most distinct words of a large suite (ids, hashes, paths) occur once and would fill memory for nothing.
/// </summary>
internal sealed class RepeatedWords
{
    private const int BitsLog2 = 27;

    private readonly ulong[] once = new ulong[1 << (BitsLog2 - 6)];
    private readonly ulong[] again = new ulong[1 << (BitsLog2 - 6)];

    public void Add(string word)
    {
        var (place, bit) = Place(word);
        again[place] |= once[place] & bit;
        once[place] |= bit;
    }

    public bool Contains(string word)
    {
        var (place, bit) = Place(word);
        return (again[place] & bit) != 0;
    }

    private static (int Place, ulong Bit) Place(string word)
    {
        var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(word.AsSpan()));
        return ((int)(hash >> (64 - BitsLog2 + 6)), 1UL << (int)(hash & 63));
    }
}

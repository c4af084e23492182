using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Transluce.Batch.Transcripts.Embedding.Lsa;

/// <summary>
/// The words and neighbouring pairs of words of a text, hashed: runs of letters, digits and underscores of two characters or more,
/// lowered; in scripts without spaces every character. The hash is XXH3 of UTF-16, the same on every machine and in every version.
/// </summary>
internal sealed class WordFeatures
{
    /// <summary>Feature → occurrences in the text, ascending by feature.</summary>
    public required IReadOnlyList<(int Feature, int Count)> All { get; init; }

    /// <summary>The single words among them, one entry an occurrence.</summary>
    public required IReadOnlyList<int> Words { get; init; }

    public static WordFeatures Of(string text)
    {
        var words = new List<int>();
        var all = new List<int>();
        ulong? before = null;
        foreach (var word in Split(text, new ArrayBufferWriter<char>(64)))
        {
            var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(word.Span));
            words.Add(Feature(hash));
            all.Add(Feature(hash));
            if (before is { } first)
            {
                all.Add(Feature(Pair(first, hash)));
            }

            before = hash;
        }

        all.Sort();
        return new WordFeatures { Words = words, All = Counted(all) };
    }

    private static List<(int Feature, int Count)> Counted(List<int> sorted)
    {
        var counted = new List<(int Feature, int Count)>(sorted.Count);
        foreach (var feature in sorted)
        {
            if (counted.Count > 0 && counted[^1].Feature == feature)
            {
                counted[^1] = (feature, counted[^1].Count + 1);
            }
            else
            {
                counted.Add((feature, 1));
            }
        }

        return counted;
    }

    private static IEnumerable<ReadOnlyMemory<char>> Split(string text, ArrayBufferWriter<char> word)
    {
        word.ResetWrittenCount();
        for (var index = 0; index < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out var units) != OperationStatus.Done)
            {
                units = 1;
            }

            index += units;
            var alone = rune.Value > 0x2E7F && Rune.IsLetter(rune);
            var inWord = !alone && (Rune.IsLetterOrDigit(rune) || rune.Value == '_');
            if (!inWord && word.WrittenCount > 1)
            {
                yield return word.WrittenMemory;
            }

            if (!inWord)
            {
                word.ResetWrittenCount();
            }

            if (inWord || alone)
            {
                word.Advance(Rune.ToLowerInvariant(rune).EncodeToUtf16(word.GetSpan(2)));
            }

            if (alone)
            {
                yield return word.WrittenMemory;
                word.ResetWrittenCount();
            }
        }

        if (word.WrittenCount > 1)
        {
            yield return word.WrittenMemory;
        }
    }

    private static ulong Pair(ulong first, ulong second)
    {
        ReadOnlySpan<ulong> both = [first, second];
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(both));
    }

    private static int Feature(ulong hash) => (int)(hash >> 33);
}

using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

internal static partial class BaseCharacters
{
    private const int FirstSyllable = 0xAC00;
    private const int Syllables = 11172;

    private static readonly FrozenDictionary<int, string> Entries = Table
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => (First: Rune.GetRuneAt(entry, 0), Entry: entry))
        .ToFrozenDictionary(e => e.First.Value, e => e.Entry[e.First.Utf16SequenceLength..]);

    /// <summary>Appends what is left of a character: nothing of a nonspacing mark, jamo of a Hangul syllable, "e" of "é".</summary>
    public static void Append(Rune rune, StringBuilder text)
    {
        if (rune.Value - FirstSyllable is >= 0 and < Syllables and var syllable)
        {
            // Unicode standard, section 3.12: 19 leading consonants × 21 vowels × (27 trailing consonants or none).
            text.Append((char)(0x1100 + (syllable / 588))).Append((char)(0x1161 + (syllable % 588 / 28)));
            if (syllable % 28 > 0)
            {
                text.Append((char)(0x11A7 + (syllable % 28)));
            }
        }
        else if (Entries.TryGetValue(rune.Value, out var left))
        {
            text.Append(left);
        }
        else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
        {
            Span<char> units = stackalloc char[2];
            text.Append(units[..rune.EncodeToUtf16(units)]);
        }
    }
}

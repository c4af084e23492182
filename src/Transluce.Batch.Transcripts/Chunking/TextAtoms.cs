using System.Buffers;
using System.Globalization;
using System.Text;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>
/// Cuts a text into the smallest units a chunk is made of: up to 5 letters, up to 3 digits, or one other character. They stand in for the
/// tokens of whatever model will read the chunk, so that chunks do not depend on the model. A surrogate pair is never divided.
/// </summary>
internal static class TextAtoms
{
    private const int Letters = 5;
    private const int Digits = 3;

    /// <summary>Offsets of the atoms' first units, ascending. White space belongs to none.</summary>
    public static List<int> Starts(string text)
    {
        var starts = new List<int>(text.Length / 4);
        var run = Kind.Space;
        var length = 0;
        for (var index = 0; index < text.Length;)
        {
            // A lone surrogate counts as one character of one unit.
            if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out var units) != OperationStatus.Done)
            {
                units = 1;
            }

            var kind = KindOf(rune);
            var limit = kind switch { Kind.Letter => Letters, Kind.Digit => Digits, _ => 1 };
            if (kind != run || length >= limit)
            {
                run = kind;
                length = 0;
                if (kind != Kind.Space)
                {
                    starts.Add(index);
                }
            }

            length++;
            index += units;
        }

        return starts;
    }

    private static Kind KindOf(Rune rune) => rune switch
    {
        { Value: > 0x2E7F } => Kind.Sign,
        _ when Rune.IsWhiteSpace(rune) => Kind.Space,
        _ when Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => Kind.Letter,
        _ when Rune.IsDigit(rune) => Kind.Digit,
        _ => Kind.Sign,
    };

    private enum Kind
    {
        Space,
        Letter,
        Digit,

        // Also every character of scripts without spaces between words.
        Sign,
    }
}

using System.Globalization;
using System.Text;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>How BERT's text is made ready: Hugging Face's BertNormalizer and BertPreTokenizer, character by character.</summary>
/// <param name="CleanText">Drops control characters.</param>
/// <param name="HandleChinese">Makes every Chinese character a word.</param>
/// <param name="StripAccents">Decomposes characters and drops their marks.</param>
/// <param name="Lowercase">Lowers letters.</param>
internal sealed record BertWords(bool CleanText, bool HandleChinese, bool StripAccents, bool Lowercase)
{
    private const int CapitalDottedI = 0x130;

    /// <summary>Words and single punctuation marks in order. Lazy: a reader with a limit never sees the rest of a long text.</summary>
    public IEnumerable<string> Of(string text, int start, int end)
    {
        var word = new StringBuilder();
        var ready = new StringBuilder();
        for (var index = start; index < end;)
        {
            // A lone surrogate decodes to U+FFFD.
            Rune.DecodeFromUtf16(text.AsSpan(index, end - index), out var rune, out var units);
            index += Math.Max(1, units);
            if (CleanText && IsDropped(rune))
            {
                continue;
            }

            var chinese = HandleChinese && IsChinese(rune.Value);
            if ((chinese || Rune.IsWhiteSpace(rune)) && word.Length > 0)
            {
                yield return Take(word);
            }

            ready.Clear();
            Normalise(rune, ready);
            for (var at = 0; at < ready.Length;)
            {
                var next = RuneAt(ready, at, out var length);
                if (Rune.IsWhiteSpace(next) || IsPunctuation(next))
                {
                    if (word.Length > 0)
                    {
                        yield return Take(word);
                    }

                    if (!Rune.IsWhiteSpace(next))
                    {
                        yield return next.ToString();
                    }
                }
                else
                {
                    word.Append(ready, at, length);
                }

                at += length;
            }

            if (chinese && word.Length > 0)
            {
                yield return Take(word);
            }
        }

        if (word.Length > 0)
        {
            yield return Take(word);
        }
    }

    private void Normalise(Rune rune, StringBuilder ready)
    {
        if (StripAccents)
        {
            BaseCharacters.Append(rune, ready);
        }
        else
        {
            ready.Append(rune.ToString());
        }

        if (!Lowercase)
        {
            return;
        }

        if (!StripAccents && rune.Value == CapitalDottedI)
        {
            // The one letter whose lower case is two characters.
            ready.Clear().Append("i\u0307");
            return;
        }

        for (var at = 0; at < ready.Length; at++)
        {
            if (char.IsHighSurrogate(ready[at]))
            {
                var lower = Rune.ToLowerInvariant(new Rune(ready[at], ready[at + 1])).ToString();
                (ready[at], ready[at + 1]) = (lower[0], lower[1]);
                at++;
            }
            else
            {
                ready[at] = char.ToLowerInvariant(ready[at]);
            }
        }
    }

    private static Rune RuneAt(StringBuilder text, int at, out int length)
    {
        var rune = char.IsHighSurrogate(text[at]) ? new Rune(text[at], text[at + 1]) : new Rune(text[at]);
        length = rune.Utf16SequenceLength;
        return rune;
    }

    private static string Take(StringBuilder word)
    {
        var taken = word.ToString();
        word.Clear();
        return taken;
    }

    /// <summary>NUL, U+FFFD, and control, format and private characters but for tab, line feed and carriage return.</summary>
    private static bool IsDropped(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && (rune.Value is 0 or 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);

    private static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value) is false && rune.Value is > ' ' and < 0x7F
        : Rune.IsPunctuation(rune);

    /// <summary>The blocks Hugging Face counts, its odd bound in the fifth included.</summary>
    private static bool IsChinese(int value) => value
        is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
        or >= 0x2B740 and <= 0x2B81F or >= 0x2B920 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}

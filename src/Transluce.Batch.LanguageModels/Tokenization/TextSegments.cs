namespace Transluce.Batch.LanguageModels;

/// <summary>
/// Cuts long text where no piece of either supported split can reach across, so that memory is bounded and the ids stay those of the whole text:
/// between an ASCII letter and a space that an ASCII letter follows. Both splits end a word there and begin the next with the space.
/// </summary>
internal static class TextSegments
{
    /// <summary>Characters from which a cut is looked for.</summary>
    public const int Soft = 1 << 16;

    /// <summary>Characters after which text is cut anyway, at a character boundary; the ids around such a cut may differ from those of the whole text.</summary>
    public const int Hard = 1 << 20;

    public static IEnumerable<string> Cut(string text)
    {
        var start = 0;
        while (text.Length - start > Soft)
        {
            var end = NextCut(text, start + Soft, (int)Math.Min(text.Length, (long)start + Hard));
            yield return text[start..end];
            start = end;
        }

        if (start < text.Length)
        {
            yield return start == 0 ? text : text[start..];
        }
    }

    /// <summary>Replaces halves of surrogate pairs by U+FFFD: they are no text, and byte-level BPE has no bytes for them.</summary>
    public static string WithoutLoneSurrogates(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return string.Create(text.Length, text, Replace);
                }

                i++;
            }
        }

        return text;
    }

    private static void Replace(Span<char> target, string text)
    {
        text.CopyTo(target);
        for (var i = 0; i < target.Length; i++)
        {
            if (i + 1 < target.Length && char.IsSurrogatePair(target[i], target[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(target[i]))
            {
                target[i] = '\uFFFD';
            }
        }
    }

    private static int NextCut(string text, int from, int hardEnd)
    {
        for (var i = from; i + 1 < hardEnd; i++)
        {
            if (text[i] == ' ' && char.IsAsciiLetter(text[i - 1]) && char.IsAsciiLetter(text[i + 1]))
            {
                return i;
            }
        }

        return hardEnd < text.Length && char.IsLowSurrogate(text[hardEnd]) ? hardEnd - 1 : hardEnd;
    }
}

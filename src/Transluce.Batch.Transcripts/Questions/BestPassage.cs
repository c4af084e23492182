namespace Transluce.Batch.Transcripts.Questions;

/// <summary>Finds the part of a chunk that a reader should see: the lines that hold most of the question's rare words.</summary>
public static class BestPassage
{
    private const int Longest = 320;

    /// <summary>Offset and length in the text; the chunk's head where no word matches.</summary>
    public static (int Start, int Length) Of(string text, IReadOnlyList<string> words, Func<string, double> rarity)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(rarity);
        var wanted = words.ToHashSet();
        var places = SearchWords.Of(text).Where(w => wanted.Contains(w.Word)).ToArray();
        var (bestFirst, bestWeight) = (-1, 0.0);
        for (var first = 0; first < places.Length; first++)
        {
            // A word counts once in a window: three times "file" is no better than once.
            var weight = places.Skip(first).TakeWhile(p => p.Start + p.Length - places[first].Start <= Longest).Select(p => p.Word).Distinct().Sum(rarity);
            if (weight > bestWeight + 1e-9)
            {
                (bestFirst, bestWeight) = (first, weight);
            }
        }

        if (bestFirst < 0)
        {
            return (0, Cut(text, 0, Longest));
        }

        var from = places[bestFirst].Start;
        var line = from == 0 ? 0 : text.LastIndexOf('\n', from - 1) + 1;
        var start = from - line <= Longest / 3 ? line : from;
        return (start, Cut(text, start, Longest));
    }

    /// <summary>Length of a piece that ends at a line's end if there is one near, and never within a surrogate pair.</summary>
    private static int Cut(string text, int start, int longest)
    {
        if (text.Length - start <= longest)
        {
            return text.Length - start;
        }

        var end = text.LastIndexOf('\n', start + longest - 1, longest / 2);
        end = end > start ? end : start + longest;
        return char.IsHighSurrogate(text[end - 1]) ? end - 1 - start : end - start;
    }
}

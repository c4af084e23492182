namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>
/// Finds citations in a text: Docent's grammar (a place in one run) with a run's index in front where a text cites several. What does not
/// follow the grammar is plain text. Brackets within a quote are part of it.
/// </summary>
public static class CitationParser
{
    // Larger numbers than any transcript has; they would not fit.
    private const int MostDigits = 9;

    public static IReadOnlyList<Citation> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var citations = new List<Citation>();
        for (var at = text.IndexOf('['); at >= 0;)
        {
            if (At(text, at) is { } citation)
            {
                citations.Add(citation);
                at = text.IndexOf('[', citation.End);
            }
            else
            {
                at = text.IndexOf('[', at + 1);
            }
        }

        return citations;
    }

    private static Citation? At(string text, int start)
    {
        var at = start + 1;
        var run = Number(text, 'R', ref at);
        var transcript = Number(text, 'T', ref at);
        var block = transcript is null ? null : Number(text, 'B', ref at);
        var key = Key(text, ref at);
        if (transcript is null && key is null)
        {
            return null;
        }

        if (at < text.Length && text[at] == ']')
        {
            return new Citation(start, at + 1, run, transcript, block, key, Quote: null);
        }

        // Words can be quoted of a block or a value, not of a whole transcript.
        if ((block is null && key is null) || string.CompareOrdinal(text, at, Citation.RangeStart, 0, Citation.RangeStart.Length) != 0)
        {
            return null;
        }

        var quoteStart = at + Citation.RangeStart.Length;
        var quoteEnd = text.IndexOf(Citation.RangeEnd, quoteStart, StringComparison.Ordinal);
        return quoteEnd < 0 ? null : new Citation(start, quoteEnd + Citation.RangeEnd.Length, run, transcript, block, key, text[quoteStart..quoteEnd]);
    }

    private static int? Number(string text, char letter, ref int at)
    {
        if (at >= text.Length || text[at] != letter)
        {
            return null;
        }

        var end = at + 1;
        var value = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end]) && end - at <= MostDigits)
        {
            value = (10 * value) + text[end] - '0';
            end++;
        }

        if (end == at + 1)
        {
            return null;
        }

        at = end;
        return value;
    }

    /// <summary>A top-level key: no dots, no brackets.</summary>
    private static string? Key(string text, ref int at)
    {
        if (at + 1 >= text.Length || text[at] != 'M' || text[at + 1] != '.')
        {
            return null;
        }

        var end = at + 2;
        while (end < text.Length && text[end] is not (']' or '[' or '.' or ':' or '\n'))
        {
            end++;
        }

        if (end == at + 2)
        {
            return null;
        }

        var key = text[(at + 2)..end];
        at = end;
        return key;
    }
}

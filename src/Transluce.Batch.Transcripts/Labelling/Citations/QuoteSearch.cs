using System.Text;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Finds a quote in a text, any run of white space standing for any other.</summary>
public static class QuoteSearch
{
    /// <returns>Where the words stand in the text, or null where they do not; a quote of nothing but white space stands nowhere.</returns>
    public static (int Start, int End)? Find(string text, string quote)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(quote);
        if (string.IsNullOrWhiteSpace(quote))
        {
            return null;
        }

        // Most quotes stand there as they are.
        var exact = text.IndexOf(quote, StringComparison.Ordinal);
        if (exact >= 0)
        {
            return (exact, exact + quote.Length);
        }

        var (collapsed, offsets) = Collapse(text);
        var (wanted, _) = Collapse(quote);
        var found = collapsed.IndexOf(wanted, StringComparison.Ordinal);
        return found < 0 ? null : (offsets[found], offsets[found + wanted.Length]);
    }

    /// <summary>White space as single blanks, and for each unit, and the end, its offset in the text.</summary>
    private static (string Text, List<int> Offsets) Collapse(string text)
    {
        var collapsed = new StringBuilder(text.Length);
        var offsets = new List<int>(text.Length + 1);
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                if (at > 0 && char.IsWhiteSpace(text[at - 1]))
                {
                    continue;
                }

                collapsed.Append(' ');
            }
            else
            {
                collapsed.Append(text[at]);
            }

            offsets.Add(at);
        }

        offsets.Add(text.Length);
        return (collapsed.ToString(), offsets);
    }
}

using System.Globalization;
using System.Text;

namespace Transluce.Batch.Pipeline;

/// <summary>
/// Makes text from files harmless to a terminal and a reader: control characters, escape sequences, characters that turn the direction of
/// writing, and lone surrogates are shown as <c>\u{…}</c> instead of acting.
/// </summary>
public static class InertText
{
    public static string Of(string text) => Of(text, int.MaxValue);

    /// <summary>At most <paramref name="maximumCharacters"/> of the text; what was cut is shown as "…".</summary>
    public static string Of(string text, int maximumCharacters)
    {
        if (text.Length <= maximumCharacters && text.All(IsPlain))
        {
            return text;
        }

        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= maximumCharacters)
            {
                result.Append('…');
                break;
            }

            // EnumerateRunes turns a lone surrogate into U+FFFD, which acts on nothing.
            result.Append(Escape(rune));
        }

        return result.ToString();
    }

    private static bool IsPlain(char character) => character is >= ' ' and <= '~';

    private static string Escape(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when Acts(rune) => string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}"),
        _ => rune.ToString(),
    };

    /// <summary>Format characters hold the bidirectional controls, the zero-width joiners and the tag characters; surrogates cannot occur here.</summary>
    private static bool Acts(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned;
}

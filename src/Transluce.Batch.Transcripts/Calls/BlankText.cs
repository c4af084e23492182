using System.Text.RegularExpressions;

namespace Transluce.Batch.Transcripts.Calls;

/// <summary>Recognises outputs that say nothing: blanks, empty collections, and what harnesses and databases write in place of an empty output.</summary>
public static partial class BlankText
{
    private const int Longest = 40;

    public static bool Is(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.IsNullOrWhiteSpace(text) || (text.Length <= Longest && Nothing().IsMatch(text));
    }

    [GeneratedRegex(@"^\s*(?:\[\]|\{\}|null|none|[\(<\[]?(?:no output|no results?|no rows|empty|0 rows?|0 results?)[\)>\]]?\.?)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Nothing();
}

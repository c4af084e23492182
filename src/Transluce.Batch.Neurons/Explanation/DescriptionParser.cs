using System.Globalization;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Rebuilds the rules of a description from its text alone, whoever wrote it.</summary>
public sealed class DescriptionParser(TokenVocabulary vocabulary)
{
    private static readonly Dictionary<string, int> Families = TokenFamily.All.Select((family, i) => (family.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);

    /// <summary>Longest text read; longer ones are an error.</summary>
    public const int MaximumCharacters = 4096;

    /// <summary>Parses a description.</summary>
    /// <returns>The rules, or the reason why the text is no description in our form.</returns>
    public (IReadOnlyList<DescriptionRule> Rules, string? Error) Parse(string text)
    {
        if (text.Length > MaximumCharacters)
        {
            return ([], $"the text has {text.Length} characters; at most {MaximumCharacters} are read");
        }

        if (!text.StartsWith(DescriptionText.Opening, StringComparison.Ordinal))
        {
            return ([], $"the text does not begin with '{DescriptionText.Opening}'");
        }

        var rules = new List<DescriptionRule>();
        var at = DescriptionText.Opening.Length;
        var level = 0;
        while (true)
        {
            Skip(text, ref at, ' ');
            if (ReadLevel(text, ref at) is { } read)
            {
                level = read;
            }
            else if (rules.Count == 0)
            {
                return ([], $"a level such as '40:' is expected at character {at}");
            }

            if (ReadTarget(text, ref at, level) is not { } rule)
            {
                return ([], $"a quoted token, a family of the explanation page, or '{DescriptionText.AfterWord}' with one of them is expected at character {at}");
            }

            rules.Add(rule);
            Skip(text, ref at, ' ');
            if (at >= text.Length || (text[at] == '.' && text.AsSpan(at + 1).Trim().IsEmpty))
            {
                return (rules, null);
            }

            if (text[at] is not (',' or ';'))
            {
                return ([], $"',', ';' or the final '.' is expected at character {at}");
            }

            at++;
        }
    }

    private DescriptionRule? ReadTarget(string text, ref int at, int level)
    {
        Skip(text, ref at, ' ');
        if (Take(text, ref at, DescriptionText.StartPhrase))
        {
            return new DescriptionRule(RuleKind.After, [TokenWindow.Start], -1, level);
        }

        if (Take(text, ref at, DescriptionText.AfterWord))
        {
            return ReadQuoted(text, ref at) is { } before
                ? before.Length == 1 ? new DescriptionRule(RuleKind.After, before, -1, level) : null
                : ReadFamily(text, ref at) is { } family ? new DescriptionRule(RuleKind.AfterFamily, [], family, level) : null;
        }

        if (ReadQuoted(text, ref at) is not { } tokens)
        {
            return ReadFamily(text, ref at) is { } family ? new DescriptionRule(RuleKind.Family, [], family, level) : null;
        }

        var beforeContext = at;
        Skip(text, ref at, ' ');
        if (Take(text, ref at, DescriptionText.AfterWord))
        {
            return ReadQuoted(text, ref at) is { } context ? new DescriptionRule(RuleKind.Tokens, Last([.. context, .. tokens]), -1, level) : null;
        }

        at = beforeContext;
        return new DescriptionRule(RuleKind.Tokens, Last(tokens), -1, level);
    }

    // Contexts longer than the tables know are matched by their end.
    private static int[] Last(int[] tokens) => tokens.Length <= Context.MaximumLength ? tokens : tokens[^Context.MaximumLength..];

    private int[]? ReadQuoted(string text, ref int at)
    {
        var start = at;
        if (QuotedText.Read(text, ref at) is { } content && vocabulary.Read(content) is { } ids)
        {
            return ids;
        }

        at = start;
        return null;
    }

    private static int? ReadFamily(string text, ref int at)
    {
        var end = at;
        while (end < text.Length && text[end] is not (',' or ';' or '.'))
        {
            end++;
        }

        if (!Families.TryGetValue(text[at..end].Trim(), out var family))
        {
            return null;
        }

        at = end;
        return family;
    }

    private static int? ReadLevel(string text, ref int at)
    {
        var end = text.IndexOf(':', at);
        if (end < 0 || !int.TryParse(text.AsSpan(at, end - at), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var level) || level is < -100 or > 100)
        {
            return null;
        }

        at = end + 1;
        return level;
    }

    private static bool Take(string text, ref int at, string word)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private static void Skip(string text, ref int at, char blank)
    {
        while (at < text.Length && text[at] == blank)
        {
            at++;
        }
    }
}

using System.Globalization;
using System.Text;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>A description: its text, and the rules that the text states (never more).</summary>
public sealed record Description(string Text, IReadOnlyList<DescriptionRule> Rules);

/// <summary>
/// Writes rules as text. Clauses go from the strongest level to the most negative: <c>Fires on 100: " court", " the court"; 40: numbers; 12: after " of"; -20: commas and colons.</c>
/// A quotation of several tokens means its last token in that context. The grammar is on the explanation page.
/// </summary>
public static class DescriptionText
{
    /// <summary>Characters around the clauses.</summary>
    public const int FrameLength = 10;

    internal const string Opening = "Fires on ";
    internal const string AfterWord = "after ";
    internal const string StartPhrase = "the first token";

    /// <summary>Writes the rules, leaving out the weakest ones where the text would grow too long.</summary>
    public static Description Write(IReadOnlyList<DescriptionRule> rules, TokenVocabulary vocabulary, int characters)
    {
        var kept = rules.Where(rule => WriteTarget(rule, vocabulary) is not null).OrderByDescending(rule => rule.Level).ToList();
        while (kept.Count > 0)
        {
            var text = Join(kept, vocabulary);
            if (text.Length <= characters)
            {
                return new Description(text, kept);
            }

            kept.Remove(kept.MinBy(rule => Math.Abs(rule.Level))!);
        }

        return new Description("", []);
    }

    /// <summary>About how many characters a rule adds, or null where it cannot be written.</summary>
    public static int? EstimateLength(DescriptionRule rule, TokenVocabulary vocabulary) =>
        // ", " before it, and its share of a level shared with about one other rule.
        WriteTarget(rule, vocabulary) is { } target ? target.Length + 5 : null;

    private static string Join(List<DescriptionRule> rules, TokenVocabulary vocabulary)
    {
        var text = new StringBuilder(Opening);
        for (var i = 0; i < rules.Count; i++)
        {
            if (i == 0 || rules[i].Level != rules[i - 1].Level)
            {
                text.Append(i == 0 ? "" : "; ").Append(CultureInfo.InvariantCulture, $"{rules[i].Level}: ");
            }
            else
            {
                text.Append(", ");
            }

            text.Append(WriteTarget(rules[i], vocabulary));
        }

        return text.Append('.').ToString();
    }

    private static string? WriteTarget(DescriptionRule rule, TokenVocabulary vocabulary)
    {
        switch (rule.Kind)
        {
            case RuleKind.Family:
                return TokenFamily.All[rule.Family].Name;
            case RuleKind.AfterFamily:
                return AfterWord + TokenFamily.All[rule.Family].Name;
            case RuleKind.After:
                return rule.Tokens[0] == TokenWindow.Start ? StartPhrase : vocabulary.Quote(rule.Tokens) is { } before ? AfterWord + before : null;
        }

        if (rule.Tokens.Contains(TokenWindow.Start))
        {
            return null;
        }

        if (vocabulary.Quote(rule.Tokens) is { } whole)
        {
            return whole;
        }

        // The tokens together would be read as others: quote the last and its context apart.
        return rule.Tokens.Length > 1 && vocabulary.Quote(rule.Tokens[^1]) is { } last && vocabulary.Quote(rule.Tokens.AsSpan(..^1)) is { } context
            ? $"{last} {AfterWord}{context}"
            : null;
    }
}

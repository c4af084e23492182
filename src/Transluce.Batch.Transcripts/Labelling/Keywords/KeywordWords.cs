namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>The words of a text that can be keywords: lower case, two to forty letters, digits, underscores or hyphens within, a letter among them, no stop word.</summary>
internal static class KeywordWords
{
    private const int Shortest = 2;
    private const int Longest = 40;

    /// <summary>Function words of English, what any agent says, and what our own chunk text adds.</summary>
    private static readonly HashSet<string> StopWords = new(
        """
        a about above after again all already also although am an and another any are aren as at back be because been before being below between both but by
        can cannot could couldn did didn do does doesn doing don done down during each either else even every few first for from further get gets getting give go goes going got
        had hadn has hasn have haven having he her here hers him his how however if in instead into is isn it its itself just keep last let like ll looks made make makes
        many may maybe me might mine more most much must my need needs neither never new next no nor not nothing now of off ok okay on once one only onto or other others
        our ours out over own perhaps please put rather re really same say says second see seems shall she should shouldn since so some something still such sure take than that
        the their theirs them then there these they thing things third this those though through to too try trying two under until up upon us use used uses using ve very
        via want was wasn way we well were weren what when where whether which while who whom whose why will with within without won would wouldn yes yet you your yours
        elided truncated omitted characters output
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
        StringComparer.Ordinal);

    public static IEnumerable<string> Of(string text)
    {
        foreach (var (start, length) in Places(text))
        {
            var word = text.Substring(start, length).ToLowerInvariant();
            if (!StopWords.Contains(word))
            {
                yield return word;
            }
        }
    }

    private static IEnumerable<(int Start, int Length)> Places(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            var letters = false;
            while (at < text.Length && IsPart(text, at, start))
            {
                letters |= char.IsLetter(text[at]);
                at++;
            }

            if (letters && at - start is >= Shortest and <= Longest)
            {
                yield return (start, at - start);
            }

            at = at == start ? at + 1 : at;
        }
    }

    private static bool IsPart(string text, int at, int start)
        => char.IsLetterOrDigit(text[at]) || (text[at] is '_' or '-' && at > start && at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1]));
}

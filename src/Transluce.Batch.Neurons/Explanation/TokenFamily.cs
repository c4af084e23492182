using System.Buffers;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>A published predicate over the text of one token. In a description its name stands for all tokens it holds.</summary>
/// <param name="Name">As written in descriptions; unique.</param>
/// <param name="Meaning">What exactly it holds.</param>
/// <param name="Holds">Over the token's text, leading space included.</param>
public sealed record TokenFamily(string Name, string Meaning, Func<string, bool> Holds)
{
    /// <summary>Every family, in the order of the page.</summary>
    public static IReadOnlyList<TokenFamily> All { get; } = [.. Shapes(), .. Scripts(), .. WordLists.All.Select(OfList), .. Lengths(), .. Endings(), .. Beginnings()];

    private static IEnumerable<TokenFamily> Shapes()
    {
        yield return new("numbers", "digits only", text => Core(text) is { Length: > 0 } core && core.All(char.IsAsciiDigit));
        yield return new("capitalised words", "starts a word with an upper-case letter", text => text.StartsWith(' ') && Starts(text, char.IsUpper));
        yield return new("capitals without a space before", "upper-case letter first, no space before it", text => text.Length > 0 && char.IsUpper(text[0]));
        yield return new("words in capitals", "two or more letters, all upper-case", text => Core(text) is { Length: > 1 } core && core.All(char.IsUpper));
        yield return new("word beginnings", "a space, then a lower-case letter", text => text.StartsWith(' ') && Starts(text, char.IsLower));
        yield return new("word continuations", "a lower-case letter, no space before it", text => text.Length > 0 && char.IsLower(text[0]));
        yield return new("punctuation", "neither letters, digits nor blanks alone", text => Core(text) is { Length: > 0 } core && core.All(c => !char.IsLetterOrDigit(c) && !char.IsWhiteSpace(c)));
        yield return new("sentence ends", ". ! or ?", text => Core(text) is "." or "!" or "?");
        yield return new("commas and colons", ", ; or :", text => Core(text) is "," or ";" or ":");
        yield return new("brackets", "holds a bracket", HoldsAny("()[]{}<>"));
        yield return new("quotation marks", "holds a quotation mark or apostrophe", HoldsAny("\"'`“”‘’«»"));
        yield return new("hyphens and dashes", "holds one", HoldsAny("-–—"));
        yield return new("arithmetic signs", "holds = + * / ^ % < or >", HoldsAny("=+*/^%<>"));
        yield return new("line breaks", "holds a line break", text => text.Contains('\n', StringComparison.Ordinal));
        yield return new("blanks", "blanks only", text => text.Length > 0 && text.All(char.IsWhiteSpace));
        yield return new("single letters", "one letter, with or without a space", text => Core(text) is { Length: 1 } core && char.IsLetter(core[0]));
    }

    private static Func<string, bool> HoldsAny(string characters)
    {
        var wanted = SearchValues.Create(characters);
        return text => text.AsSpan().ContainsAny(wanted);
    }

    private static IEnumerable<TokenFamily> Scripts()
    {
        yield return new("accented letters", "a Latin letter beyond ASCII", text => text.Any(c => c is >= '\u00c0' and <= '\u024f'));
        yield return Script("Greek letters", '\u0370', '\u03ff');
        yield return Script("Cyrillic letters", '\u0400', '\u04ff');
        yield return Script("Hebrew letters", '\u0590', '\u05ff');
        yield return Script("Arabic letters", '\u0600', '\u06ff');
        yield return Script("Devanagari letters", '\u0900', '\u097f');
        yield return Script("kana", '\u3040', '\u30ff');
        yield return Script("Chinese characters", '\u4e00', '\u9fff');
        yield return Script("Hangul", '\uac00', '\ud7a3');
    }

    private static TokenFamily Script(string name, char first, char last) =>
        new(name, $"holds a character of U+{(int)first:X4}–U+{(int)last:X4}", text => text.Any(c => c >= first && c <= last));

    private static TokenFamily OfList(WordList list) => new(list.Name, string.Join(' ', list.Words.Order(StringComparer.Ordinal)), text => list.Words.Contains(Core(text).ToLowerInvariant()));

    private static IEnumerable<TokenFamily> Lengths()
    {
        for (var length = 2; length <= 4; length++)
        {
            var exact = length;
            yield return new($"{exact}-letter tokens", $"exactly {exact} letters", text => Core(text) is { } core && core.Length == exact && core.All(char.IsLetter));
        }

        yield return new("long words", "nine letters or more", text => Core(text) is { Length: > 8 } core && core.All(char.IsLetter));
    }

    private static IEnumerable<TokenFamily> Endings() =>
        from ending in "ing ed s er ly tion al ion es ic ive ous ment ent ity ist an en y e a o able est ate ian ar or le th um".Split(' ')
        select new TokenFamily($"words in -{ending}", $"letters, longer than and ending in {ending}", text => Core(text) is { } core && core.Length > ending.Length + 1 && core.All(char.IsLetter) && core.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<TokenFamily> Beginnings() =>
        from beginning in "re un in de con pro dis pre com inter ex over sub".Split(' ')
        select new TokenFamily($"words in {beginning}-", $"letters, longer than and beginning with {beginning}", text => Core(text) is { } core && core.Length > beginning.Length + 1 && core.All(char.IsLetter) && core.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));

    private static string Core(string text) => text.Trim(' ');

    private static bool Starts(string text, Func<char, bool> test) => text.TrimStart(' ') is { Length: > 0 } core && test(core[0]);
}

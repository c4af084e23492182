using Transluce.Batch.Transcripts.Calls;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>
/// Terms of the lexical index that stand for what happened and not for what was written: a repeated call has no words of its own.
/// <see cref="Table"/> says by which words a question reaches them.
/// </summary>
public static class StructuralTerms
{
    public const string RepeatedCall = "repeated-call";
    public const string EmptyResult = "empty-result";
    public const string ToolError = "tool-error";
    public const string Timeout = "error-timeout";
    public const string Permission = "error-permission";
    public const string NotFound = "error-not-found";
    public const string Parsing = "error-parsing";

    private const int MostRepeats = 8;

    /// <summary>Term → the words that mean it. Compared after <see cref="SearchWords.Stem"/>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Table { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [RepeatedCall] = ["repeat", "repeats", "repeated", "repeatedly", "repetition", "repetitive", "same", "again", "loop", "loops", "looping", "circle", "circles", "stuck", "identical", "unchanged", "cycle"],
        [EmptyResult] = ["empty", "nothing", "blank", "void", "silent", "silently", "zero"],
        [ToolError] = ["error", "errors", "fail", "fails", "failed", "failing", "failure", "crash", "crashes", "exception", "broken", "unavailable"],
        [Timeout] = ["timeout", "timeouts", "hang", "hangs", "slow", "unresponsive"],
        [Permission] = ["permission", "permissions", "denied", "forbidden", "rights", "unauthorized", "access"],
        [NotFound] = ["missing", "absent", "nonexistent", "path", "paths"],
        [Parsing] = ["malformed", "syntax", "arguments", "parse", "invalid"],
    };

    /// <summary>Pairs of neighbouring words that mean a term where neither does alone.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Pairs { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [EmptyResult] = ["no output", "no result", "no results", "no answer", "no rows", "no response", "no data", "without output", "without result"],
        [RepeatedCall] = ["over over", "no progress", "several times", "many times", "once more", "time after"],
        [Timeout] = ["timed out", "time out", "times out", "too long", "never finishes", "never answers"],
        [Permission] = ["not allowed", "no access", "not permitted"],
        [NotFound] = ["not found", "not exist", "no such"],
    };

    private static readonly Dictionary<string, string[]> TermsByWord = Table
        .SelectMany(pair => pair.Value.Select(word => (Word: SearchWords.Stem(word), pair.Key)).Distinct())
        .GroupBy(pair => pair.Word)
        .ToDictionary(group => group.Key, group => group.Select(pair => pair.Key).ToArray());

    private static readonly Dictionary<string, string[]> TermsByPair = Pairs
        .SelectMany(pair => pair.Value.Select(words => (Pair: string.Join(' ', words.Split(' ').Select(SearchWords.Stem)), pair.Key)).Distinct())
        .GroupBy(pair => pair.Pair)
        .ToDictionary(group => group.Key, group => group.Select(pair => pair.Key).ToArray());

    /// <summary>The terms that the words of a question mean, alone or in pairs ("over and over" is a pair, too).</summary>
    public static IReadOnlyList<string> OfQuestion(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var words = SearchWords.Of(question).Select(w => w.Word).Where(word => word is not ("and" or "a" or "the" or "any" or "do" or "does")).ToArray();
        return [.. words.SelectMany(word => TermsByWord.GetValueOrDefault(word, []))
            .Concat(words.Zip(words.Skip(1), (first, second) => first + " " + second).SelectMany(pair => TermsByPair.GetValueOrDefault(pair, [])))
            .Distinct()];
    }

    /// <summary>The terms of a chunk, those of the calls it makes. A call made for the fifth time counts more than one made twice.</summary>
    public static IReadOnlyList<string> OfCalls(IEnumerable<CallFact> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var terms = new List<string>();
        foreach (var call in calls)
        {
            terms.AddRange(Enumerable.Repeat(RepeatedCall, Math.Min(call.SameCallsBefore, MostRepeats)));
            AddIf(call.Empty, EmptyResult);
            AddIf(call.Failed, ToolError);
            AddIf(call.ErrorType is "timeout", Timeout);
            AddIf(call.ErrorType is "permission" or "approval", Permission);
            AddIf(call.ErrorType is "file_not_found" or "is_a_directory", NotFound);
            AddIf(call.ErrorType is "parsing", Parsing);
        }

        return terms;

        void AddIf(bool holds, string term)
        {
            if (holds)
            {
                terms.Add(term);
            }
        }
    }
}

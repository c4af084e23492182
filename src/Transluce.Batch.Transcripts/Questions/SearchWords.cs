namespace Transluce.Batch.Transcripts.Questions;

/// <summary>Cuts text into the words that are matched: runs of letters and digits, lower case, with the commonest English endings taken off.</summary>
public static class SearchWords
{
    private const int LongestWord = 40;

    /// <summary>Words that every question holds and that find nothing.</summary>
    private static readonly HashSet<string> Stopwords = new(StringComparer.Ordinal)
    {
        "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "how", "in", "into",
        "is", "it", "its", "might", "of", "one", "on", "or", "ran", "run", "runs", "so", "some", "such", "that", "the", "their", "them", "then", "there", "these", "they",
        "this", "to", "was", "were", "what", "when", "where", "which", "who", "why", "will", "with", "would",
        "agent", "agents", "assistant", "model", "problem", "problems", "though", "although", "because",
    };

    /// <summary>The words of a question, without those that find nothing, each once, in order.</summary>
    public static IReadOnlyList<string> OfQuestion(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return [.. Spans(question).Select(span => question.Substring(span.Start, span.Length).ToLowerInvariant()).Where(word => !Stopwords.Contains(word)).Select(Stem).Distinct()];
    }

    /// <summary>Every word of a text with its place, in order.</summary>
    public static IEnumerable<(string Word, int Start, int Length)> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Spans(text).Select(span => (Stem(text.Substring(span.Start, span.Length).ToLowerInvariant()), span.Start, span.Length));
    }

    /// <summary>Takes off plural and verb endings: cruder than a linguist's stemmer, and the same on both sides, which is what matters.</summary>
    public static string Stem(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        foreach (var ending in (ReadOnlySpan<string>)["ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "ly", "s"])
        {
            if (word.Length >= ending.Length + 3 && word.EndsWith(ending, StringComparison.Ordinal) && !(ending == "s" && word.EndsWith("ss", StringComparison.Ordinal)))
            {
                word = ending is "ies" or "ied" ? word[..^3] + "y" : word[..^ending.Length];
                break;
            }
        }

        return word.Length > 3 && word[^1] == 'e' ? word[..^1] : word.Length > 4 && word[^1] == word[^2] && word[^1] is not ('s' or 'l') ? word[..^1] : word;
    }

    private static IEnumerable<(int Start, int Length)> Spans(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            while (at < text.Length && char.IsLetterOrDigit(text[at]))
            {
                at++;
            }

            // Base64 and hashes are no words; they would only fill the index.
            if (at - start <= LongestWord)
            {
                yield return (start, at - start);
            }
        }
    }
}

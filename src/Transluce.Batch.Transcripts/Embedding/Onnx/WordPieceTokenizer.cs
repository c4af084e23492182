namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>BERT's tokenizer: special tokens are looked for first, the text between them becomes words, words become the longest pieces the vocabulary has.</summary>
/// <remarks>Ours, because that of Microsoft.ML.Tokenizers 2.0.1 gives other ids where a text has line feeds, tabs, signs such as '&lt;' and '=', or accents.</remarks>
internal sealed class WordPieceTokenizer
{
    private readonly BertTokenizerFile file;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> begin;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> follow;
    private readonly int longest;
    private readonly (string Text, int Id)[] specials;

    public WordPieceTokenizer(BertTokenizerFile file)
    {
        this.file = file;
        begin = file.Vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        follow = file.Vocabulary.Where(v => v.Key.StartsWith(file.Prefix, StringComparison.Ordinal))
            .ToDictionary(v => v.Key[file.Prefix.Length..], v => v.Value, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        longest = file.Vocabulary.Keys.Max(k => k.Length);

        // Longest first: of several tokens that begin at one place the longest counts.
        specials = [.. file.SpecialTokens.OrderByDescending(s => s.Key.Length).ThenBy(s => s.Key, StringComparer.Ordinal).Select(s => (s.Key, s.Value))];
    }

    /// <summary>Token ids with those put before and behind, at most so many; the end of a longer text is cut off.</summary>
    public IReadOnlyList<long> Encode(string text, int maxTokens)
    {
        var room = Math.Max(0, maxTokens - file.Before.Count - file.Behind.Count);
        var ids = new List<long>();
        for (var start = 0; start <= text.Length && ids.Count < room;)
        {
            var special = NextSpecial(text, start, out var end);
            foreach (var word in file.Words.Of(text, start, end))
            {
                AddWord(word, ids);
                if (ids.Count >= room)
                {
                    break;
                }
            }

            if (special is not { } found)
            {
                break;
            }

            ids.Add(found.Id);
            start = end + found.Text.Length;
        }

        return [.. file.Before, .. ids.Take(room), .. file.Behind];
    }

    private (string Text, int Id)? NextSpecial(string text, int start, out int end)
    {
        for (end = start; end < text.Length; end++)
        {
            foreach (var special in specials)
            {
                if (string.CompareOrdinal(text, end, special.Text, 0, special.Text.Length) == 0)
                {
                    return special;
                }
            }
        }

        return null;
    }

    private void AddWord(string word, List<long> ids)
    {
        var first = ids.Count;
        for (var start = 0; start < word.Length;)
        {
            var (length, id) = CharacterCount(word) > file.MaxCharactersPerWord ? (0, 0) : Longest(word, start);
            if (length == 0)
            {
                // One piece that is not there makes the whole word unknown.
                ids.RemoveRange(first, ids.Count - first);
                ids.Add(file.UnknownId);
                return;
            }

            ids.Add(id);
            start += length;
        }
    }

    private (int Length, int Id) Longest(string word, int start)
    {
        var pieces = start == 0 ? begin : follow;
        for (var length = Math.Min(word.Length - start, longest); length > 0; length--)
        {
            if (pieces.TryGetValue(word.AsSpan(start, length), out var id))
            {
                return (length, id);
            }
        }

        return (0, 0);
    }

    private static int CharacterCount(string word)
    {
        var count = 0;
        foreach (var unit in word)
        {
            count += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return count;
    }
}

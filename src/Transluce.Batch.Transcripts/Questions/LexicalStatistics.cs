namespace Transluce.Batch.Transcripts.Questions;

/// <summary>What BM25 must know of the suite: how many chunks there are, how long they are, and in how many of them each word of a question stands.</summary>
public sealed class LexicalStatistics
{
    // The values of Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), 3.3.
    private const double Saturation = 1.2;
    private const double LengthShare = 0.75;

    /// <summary>Most chunks hold no word of any question; they share this.</summary>
    private static readonly Dictionary<string, int> NoCounts = [];

    private readonly Dictionary<string, int> chunksWith;
    private long words;

    /// <summary>Counts the words and structural terms of these questions and no others, so that memory does not grow with the suite.</summary>
    public LexicalStatistics(IEnumerable<SearchQuestion> questions)
        => chunksWith = questions.SelectMany(q => q.Words.Concat(q.Terms)).Distinct().ToDictionary(word => word, _ => 0);

    public int Chunks { get; private set; }

    /// <summary>Counts a chunk in, and returns what is needed to score it.</summary>
    public ChunkWords Add(SearchChunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        Dictionary<string, int>? counts = null;
        var length = 0;
        foreach (var (word, _, _) in SearchWords.Of(chunk.Text))
        {
            length++;
            if (chunksWith.ContainsKey(word))
            {
                Count(word);
            }
        }

        foreach (var term in chunk.Terms.Where(chunksWith.ContainsKey))
        {
            Count(term);
        }

        foreach (var word in counts?.Keys.ToArray() ?? [])
        {
            chunksWith[word]++;
        }

        Chunks++;
        words += length;
        return new ChunkWords(length, counts ?? NoCounts);

        void Count(string word)
        {
            counts ??= [];
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }
    }

    /// <summary>BM25 of a question in a chunk, once all chunks are counted.</summary>
    public double Score(IEnumerable<string> question, ChunkWords chunk)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(chunk);
        var meanLength = Math.Max(1, words / (double)Math.Max(1, Chunks));
        var norm = Saturation * (1 - LengthShare + LengthShare * chunk.Length / meanLength);
        return question.Where(chunk.Counts.ContainsKey).Sum(word => Rarity(word) * chunk.Counts[word] * (Saturation + 1) / (chunk.Counts[word] + norm));
    }

    /// <summary>The inverse document frequency of BM25, kept above zero.</summary>
    public double Rarity(string word)
    {
        var with = chunksWith.GetValueOrDefault(word);
        return Math.Log(1 + (Chunks - with + 0.5) / (with + 0.5));
    }
}

/// <summary>The asked words of a chunk.</summary>
public sealed record ChunkWords(int Length, IReadOnlyDictionary<string, int> Counts);

namespace Transluce.Batch.Neurons;

/// <summary>A window with the document it comes from.</summary>
internal sealed record CorpusWindow(string DocumentId, int PrefixLength, int[] TokenIds);

/// <summary>
/// One source's windows of one split, in the shuffled order of its documents. Text is read in rounds: the next documents of the order are read in
/// file order, tokenised, and given out in shuffled order. How many a round takes follows from what is wanted and changes no window.
/// </summary>
internal sealed class WindowStream(DocumentSource source, ReadOnlyMemory<int> order, DocumentTokenizer tokenizer, long bufferedTokens, CancellationToken cancellationToken)
{
    // Tokens buffered by a round are counted as this many more a window, for the objects around them.
    private const int WindowOverhead = 16;

    private readonly Queue<TokenizedDocument> buffer = new();
    private TokenizedDocument? current;
    private int nextWindow;
    private int position;
    private long windowsMade;
    private long tokensMade;

    public SourceTally Tally { get; } = new(source.Name, order.Length);

    public double Weight => source.Weight;

    /// <summary>The next window, or null where the source has run dry.</summary>
    /// <param name="expected">How many more will probably be asked for, this one included: decides how much a round reads, and nothing else.</param>
    /// <param name="maximum">How many more can be asked for at all: no document keeps more windows than that.</param>
    public CorpusWindow? Next(long expected, long maximum)
    {
        while (current is null || nextWindow == current.Windows.Count)
        {
            if (buffer.Count == 0 && !Fill(expected, maximum))
            {
                return null;
            }

            current = buffer.Dequeue();
            nextWindow = 0;
            Tally.Add(current);
        }

        Tally.Windows++;
        return new CorpusWindow(current.Id, current.PrefixLength, current.Windows[nextWindow++]);
    }

    private bool Fill(long expected, long maximum)
    {
        if (position == order.Length)
        {
            return false;
        }

        var size = RoundSize(expected);
        var slots = Enumerable.Range(0, size).ToArray();
        var ordinals = order.Slice(position, size).ToArray();
        Array.Sort(ordinals, slots);

        // Where documents are longer than expected, the later half of the round is given up and read again in a round of its own.
        var documents = new TokenizedDocument?[size];
        var buffered = 0L;
        var next = 0;
        foreach (var document in source.Read(ordinals))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var slot = slots[next];
            if (slot < size)
            {
                documents[slot] = tokenizer.Tokenize(document, source.Name, ordinals[next], maximum);
                buffered += Cost(documents[slot]);
                while (buffered > bufferedTokens && size > 1)
                {
                    size = (size + 1) / 2;
                    buffered = 0;
                    Array.Clear(documents, size, documents.Length - size);
                    foreach (var kept in documents.AsSpan(0, size))
                    {
                        buffered += Cost(kept);
                    }
                }
            }

            next++;
        }

        foreach (var document in documents.AsSpan(0, size))
        {
            buffer.Enqueue(document!);
            windowsMade += document!.Windows.Count;
            tokensMade += Cost(document);
        }

        position += size;
        return true;
    }

    private int RoundSize(long expected)
    {
        // The first round finds out how many windows a document gives; half a document's worth is taken as the least, so that a run of short documents ends.
        var windowsPerDocument = position == 0 ? 1 : Math.Max((double)windowsMade / position, 0.05);
        var tokensPerDocument = position == 0 ? bufferedTokens / 4096.0 : Math.Max((double)tokensMade / position, 1);
        var forExpected = (expected / windowsPerDocument * 1.1) + 16;
        return (int)Math.Max(1, Math.Min(order.Length - position, Math.Min(forExpected, bufferedTokens / tokensPerDocument)));
    }

    private static long Cost(TokenizedDocument? document) => document is null ? 0 : document.TokenCount + ((document.Windows.Count + 4L) * WindowOverhead);
}

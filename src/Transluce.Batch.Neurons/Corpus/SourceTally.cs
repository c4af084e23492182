namespace Transluce.Batch.Neurons;

/// <summary>What became of a source's documents in one split; only documents whose turn came are counted, so the numbers depend on the input alone.</summary>
internal sealed class SourceTally(string source, int available)
{
    private readonly SortedDictionary<string, long> skipped = new(StringComparer.Ordinal);

    public string Source { get; } = source;

    /// <summary>Documents the split has.</summary>
    public int Available { get; } = available;

    public long Documents { get; private set; }

    public long Windows { get; set; }

    public long DroppedTokens { get; private set; }

    /// <summary>Documents without a window, by reason.</summary>
    public IReadOnlyDictionary<string, long> Skipped => skipped;

    public void Add(TokenizedDocument document)
    {
        Documents++;
        DroppedTokens += document.DroppedTokens;
        if (document.SkipReason is not null)
        {
            skipped[document.SkipReason] = skipped.GetValueOrDefault(document.SkipReason) + 1;
        }
    }
}

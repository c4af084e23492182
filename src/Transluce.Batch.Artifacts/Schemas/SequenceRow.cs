namespace Transluce.Batch.Artifacts;

/// <summary>One window of tokens: what the model reads in one row of a batch.</summary>
/// <param name="Split">The split of the window's document.</param>
/// <param name="SequenceId">0, 1, 2 … within the split, in the shuffled order.</param>
/// <param name="Source">Name of the corpus source.</param>
/// <param name="DocumentId">The document's own id, else its file and position.</param>
/// <param name="PrefixLength">Leading tokens that are the same constant in every window of this kind (0 where there are none).</param>
/// <param name="ControlRank">Place in the split's random control pool, or -1 outside it.</param>
/// <param name="TokenIds">All token ids, the prefix included.</param>
[Table("sequences", 1)]
public sealed record SequenceRow(
    [property: Key] Split Split,
    [property: Key] int SequenceId,
    string Source,
    string DocumentId,
    int PrefixLength,
    int ControlRank,
    int[] TokenIds);

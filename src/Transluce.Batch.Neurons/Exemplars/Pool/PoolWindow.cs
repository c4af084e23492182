namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>One control window and where its tokens lie among the rows of <see cref="PoolActivations"/>.</summary>
/// <param name="ControlRank">Place in the pool.</param>
/// <param name="SequenceId">Its number within the split.</param>
/// <param name="TokenIds">All token ids, the prefix included.</param>
/// <param name="FirstPosition">Position of the first row: the prefix length, or 0 in reference mode.</param>
/// <param name="FirstRow">Row of that position.</param>
/// <param name="RowCount">Rows: every token from <paramref name="FirstPosition"/> on.</param>
/// <param name="Eligible">Per row, whether the position counts (a special token does not, except in reference mode).</param>
public sealed record PoolWindow(
    int ControlRank,
    int SequenceId,
    int[] TokenIds,
    int FirstPosition,
    int FirstRow,
    int RowCount,
    bool[] Eligible);

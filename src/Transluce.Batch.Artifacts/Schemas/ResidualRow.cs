namespace Transluce.Batch.Artifacts;

/// <summary>The residual stream of one control window where a layer group begins, so that a group can be run without the layers below it.</summary>
/// <param name="Layer">The layer whose input this is.</param>
/// <param name="Split">The split of the control pool.</param>
/// <param name="ControlRank">Place in the pool. Negative ranks hold the constant prefixes themselves, once each: -1 for the first kind to appear in the pool, then -2 …</param>
/// <param name="Tokens">Number of positions: a window's behind its constant prefix, or a prefix's own.</param>
/// <param name="Values">float32 or bfloat16 little-endian, [tokens, hidden], in the run's compute dtype.</param>
[Table("residuals", 1, RowGroupRows = 256)]
public sealed record ResidualRow(
    [property: Key] int Layer,
    [property: Key] Split Split,
    [property: Key] int ControlRank,
    int Tokens,
    byte[] Values);

namespace Transluce.Batch.Artifacts;

/// <summary>An inclusive range of one integer key column, by which whole row groups are skipped.</summary>
/// <param name="Column">The column's name in the table (<c>layer</c>) or in the record (<c>Layer</c>).</param>
/// <param name="Minimum">First value wanted.</param>
/// <param name="Maximum">Last value wanted.</param>
public sealed record KeyRange(string Column, int Minimum, int Maximum);

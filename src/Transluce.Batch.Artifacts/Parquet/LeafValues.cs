namespace Transluce.Batch.Artifacts;

/// <summary>A decoded run of a leaf column: values that are there, and the levels of all entries.</summary>
/// <param name="Values">Only entries at the maximum definition level.</param>
/// <param name="DefinitionLevels">Per entry; empty where the column is required.</param>
/// <param name="RepetitionLevels">Per entry; empty without lists.</param>
/// <param name="EntryCount">Values, nulls and empty lists.</param>
internal sealed record LeafValues<T>(T[] Values, byte[] DefinitionLevels, byte[] RepetitionLevels, int EntryCount)
{
    public LeafValues<TTo> Convert<TTo>(Converter<T, TTo> convert) => new(Array.ConvertAll(Values, convert), DefinitionLevels, RepetitionLevels, EntryCount);
}

namespace Transluce.Batch.Artifacts;

/// <summary>What one shard wrote. Its presence means the shard is done; it holds only what the input determines.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Parts">One part per table of the stage, in the stage's order.</param>
/// <param name="Counts">What the stage counted.</param>
/// <param name="Warnings">What a person must know.</param>
public sealed record CompletionRecord(
    int Shard,
    IReadOnlyList<PartRecord> Parts,
    SortedDictionary<string, long> Counts,
    IReadOnlyList<string> Warnings)
{
    public static CompletionRecord Load(IObjectStore store, string stage, string key, int shard)
        => ArtifactJson.Read<CompletionRecord>(store, ArtifactPaths.Completion(stage, key, shard));
}

/// <summary>One Parquet file of a table.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Shard">The shard that wrote it.</param>
/// <param name="Path">Relative to the store.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record PartRecord(string Table, int Shard, string Path, long Rows, long Bytes, string Sha256);

namespace Transluce.Batch.Artifacts;

/// <summary>A complete artifact: its manifest and the rows of its tables, read part by part in shard order.</summary>
public sealed class ArtifactReader(IObjectStore store, string stage, string key)
{
    public IObjectStore Store { get; } = store;

    public string Stage { get; } = stage;

    public string Key { get; } = key;

    /// <summary>Rows of a table in part order.</summary>
    public IEnumerable<TRow> Read<TRow>(params KeyRange[] ranges)
        where TRow : class
        => throw new NotImplementedException();

    /// <summary>Rows of a table that one shard wrote.</summary>
    public IEnumerable<TRow> ReadShard<TRow>(int shard, params KeyRange[] ranges)
        where TRow : class
        => throw new NotImplementedException();
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>All a shard may touch: its number, its inputs, its tables, a scratch folder, the cache, and the run's records.</summary>
public abstract class ShardContext
{
    public abstract int Shard { get; }

    public abstract int ShardCount { get; }

    /// <summary>The complete artifact of an input stage.</summary>
    public abstract ArtifactReader Input(Stage stage);

    /// <summary>The shard's part of one of the stage's tables; the same writer at every call. The pipeline completes it.</summary>
    public abstract TableWriter<TRow> Table<TRow>()
        where TRow : class;

    /// <summary>An empty folder that vanishes with the shard.</summary>
    public abstract string ScratchFolder { get; }

    /// <summary>Expensive single items of earlier shards and runs. Safe to delete, so rows may depend on an item's content but not on whether it was there.</summary>
    public abstract ItemCache Cache { get; }

    /// <summary>Adds to a count that depends on the input alone; it goes into the shard's completion record.</summary>
    public abstract void Count(string name, long amount);

    /// <summary>Something a person must know, such as a source that ran dry; kept in the completion record and shown at the end.</summary>
    public abstract void Warn(string message);

    /// <summary>How far the shard is, for the terminal and the events file; never part of an artifact.</summary>
    public abstract void Progress(long done, long total, string unit);

    /// <summary>Something measured, such as seconds in the forward pass; goes to the run record only.</summary>
    public abstract void Measure(string name, double value);
}

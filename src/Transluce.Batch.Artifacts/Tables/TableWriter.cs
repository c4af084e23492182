namespace Transluce.Batch.Artifacts;

/// <summary>Writes one Parquet part of a table: rows ascend by key, row groups are small, the footer names schema version, artifact key and stage version.</summary>
/// <typeparam name="TRow">A record with <see cref="TableAttribute"/>.</typeparam>
public sealed class TableWriter<TRow> : IDisposable
    where TRow : class
{
    public TableWriter(string localFile, IReadOnlyDictionary<string, string> metadata) => throw new NotImplementedException();

    public long RowCount { get; private set; }

    /// <summary>Appends a row.</summary>
    /// <exception cref="InvalidOperationException">The row does not ascend by key: a bug in the stage.</exception>
    public void Write(TRow row) => throw new NotImplementedException();

    /// <summary>Ends the current row group early, so that rows a reader wants together lie together.</summary>
    public void EndRowGroup() => throw new NotImplementedException();

    /// <summary>Writes the footer. A writer disposed without this leaves no valid file.</summary>
    public void Complete() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

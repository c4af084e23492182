namespace Transluce.Batch.Artifacts;

/// <summary>Something in a Parquet file that cannot be believed. <see cref="ParquetFile"/> turns it into an <see cref="ArtifactException"/> that names the file and the place.</summary>
internal sealed class ParquetDamage(string message) : Exception(message)
{
    /// <summary>The bytes end before the structure does: for a page header that may only mean that too few were fetched.</summary>
    public bool EndsEarly { get; init; }
}

namespace Transluce.Batch.Artifacts;

/// <summary>
/// A place for whole objects under relative paths with forward slashes. Everything but the files below <c>runs/</c> and a release's
/// <c>latest.json</c> is written once and never changed. An interface because the file system and Azure Blob Storage both implement it.
/// </summary>
public interface IObjectStore
{
    /// <summary>Where the store is, for messages: a path or a URI without secrets.</summary>
    string Location { get; }

    bool Exists(string path);

    /// <summary>An object's size in bytes, or null where there is none.</summary>
    long? Length(string path);

    /// <summary>Opens an object for seekable reading.</summary>
    /// <exception cref="ArtifactException">The object does not exist.</exception>
    Stream OpenRead(string path);

    /// <summary>Publishes a local file as a whole object, or nothing at all. Safe to race: one writer wins and the others compare.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="localFile">Not written to afterwards: a store may take a file of its own scratch folders over without copying.</param>
    /// <returns>True when this call created the object, false when an identical one was there already.</returns>
    /// <exception cref="ArtifactException">A different object is there already.</exception>
    bool PutIfAbsent(string path, string localFile);

    /// <inheritdoc cref="PutIfAbsent(string, string)"/>
    bool PutIfAbsent(string path, ReadOnlySpan<byte> content);

    /// <summary>Replaces a mutable object (only below <c>runs/</c>) as a whole.</summary>
    void Replace(string path, ReadOnlySpan<byte> content);

    /// <summary>Paths of all objects below a folder, sorted by ordinal comparison.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>A new empty local folder for one attempt at something. It is never listed; the caller deletes it, and a later run does where the caller was killed.</summary>
    string CreateScratchFolder();
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons;

/// <summary>A file of documents that can be read in file order, some at a time. Opening it finds out how many there are, not what they say.</summary>
internal abstract class DocumentFile(string path)
{
    /// <summary>Longest record read into memory, in bytes; a longer one is skipped and counted.</summary>
    protected const int MaximumRecordBytes = 64 << 20;

    // Ids come from outside and are stored with every window.
    private const int MaximumIdCharacters = 256;

    public string Path { get; } = path;

    public string Name { get; } = System.IO.Path.GetFileName(path);

    public abstract int Count { get; }

    /// <summary>The documents with these ordinals, which ascend, in that order.</summary>
    /// <exception cref="ArtifactException">The file itself is damaged or has changed; a single bad document is returned with its reason instead.</exception>
    public abstract IEnumerable<CorpusDocument> Read(IReadOnlyList<int> ordinals);

    /// <summary>The document's own id where it has a usable one.</summary>
    protected string IdOf(string? own, int ordinal) => own is { Length: > 0 and <= MaximumIdCharacters } ? own : $"{Name}:{ordinal + 1}";

    protected ArtifactException Changed() => new($"'{Path}' ended early: it was cut or replaced while it was being read. Leave corpus files alone during a run, and run again.");
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons;

/// <summary>All files of a source as one sequence of documents, numbered through in file order.</summary>
internal sealed class DocumentSource
{
    private readonly DocumentFile[] files;
    private readonly int[] first;

    public DocumentSource(ResolvedSource source)
    {
        Name = source.Name;
        Weight = source.Weight;
        files = [.. source.Files.Select(file => DocumentFormats.Open(file, source.Format))];
        first = new int[files.Length + 1];
        for (var i = 0; i < files.Length; i++)
        {
            var total = (long)first[i] + files[i].Count;
            first[i + 1] = total <= Array.MaxLength ? (int)total : throw new ArtifactException($"Corpus source '{Name}' has more than {Array.MaxLength} documents; make several sources of it.");
        }
    }

    public string Name { get; }

    public double Weight { get; }

    public int Count => first[^1];

    /// <summary>Documents with these ordinals, which ascend, in that order: every file is read from front to back, at most once.</summary>
    public IEnumerable<CorpusDocument> Read(ReadOnlyMemory<int> ordinals)
    {
        for (var next = 0; next < ordinals.Length;)
        {
            var file = 0;
            while (ordinals.Span[next] >= first[file + 1])
            {
                file++;
            }

            var inFile = new List<int>();
            while (next < ordinals.Length && ordinals.Span[next] < first[file + 1])
            {
                inFile.Add(ordinals.Span[next++] - first[file]);
            }

            foreach (var document in files[file].Read(inFile))
            {
                yield return document;
            }
        }
    }
}

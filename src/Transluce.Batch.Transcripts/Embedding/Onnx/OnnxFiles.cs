using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>Which ONNX file of a folder is meant.</summary>
internal static class OnnxFiles
{
    /// <summary>The one named, else the only one in the folder or its <c>onnx/</c>.</summary>
    /// <exception cref="ArtifactException">There is none, or there are several.</exception>
    public static string Find(string folder, string? name)
    {
        if (name is not null)
        {
            var named = Path.Combine(folder, name);
            return File.Exists(named) ? named : throw new ArtifactException($"There is no '{named}'. Files there: {Shown(folder)}.");
        }

        return All(folder) is [var only]
            ? only
            : throw new ArtifactException($"Model '{folder}' has {All(folder).Length} ONNX files ({Shown(folder)}); expected one, or the name of one in 'file'. Export one with: optimum-cli export onnx");
    }

    private static string[] All(string folder)
        => [.. new[] { folder, Path.Combine(folder, "onnx") }.Where(Directory.Exists).SelectMany(f => Directory.GetFiles(f, "*.onnx")).Order(StringComparer.Ordinal)];

    private static string Shown(string folder)
        => All(folder) is { Length: > 0 } files ? string.Join(", ", files.Select(f => Path.GetRelativePath(folder, f))) : "none";
}

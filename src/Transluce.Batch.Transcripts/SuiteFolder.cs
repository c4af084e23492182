using System.Collections.Concurrent;
using System.Security.Cryptography;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts;

/// <summary>A distinct file of a suite's folder.</summary>
/// <param name="Sha256">Of its content, hex.</param>
/// <param name="Path">One of its copies.</param>
/// <param name="Names">All copies, relative to the folder, sorted. Hostile text.</param>
/// <param name="Bytes">Its length.</param>
public sealed record SuiteFolderFile(string Sha256, string Path, IReadOnlyList<string> Names, long Bytes);

/// <summary>The files of a suite: every visible regular file below its folder, whatever it is called.</summary>
public static class SuiteFolder
{
    /// <summary>Lists and hashes the files, copies of one content together, in the order of their hashes.</summary>
    /// <param name="path">A folder, or one file.</param>
    /// <param name="cancellationToken">Stops the hashing.</param>
    /// <exception cref="ArtifactException">There is nothing, or a file cannot be read.</exception>
    public static IReadOnlyList<SuiteFolderFile> List(string path, CancellationToken cancellationToken)
    {
        var folder = File.Exists(path) ? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))! : System.IO.Path.GetFullPath(path);
        var files = File.Exists(path) ? [System.IO.Path.GetFullPath(path)] : Find(folder);
        var hashes = new ConcurrentDictionary<string, (string Hash, long Bytes)>(StringComparer.Ordinal);
        try
        {
            Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellationToken }, file =>
            {
                using var content = File.OpenRead(file);
                hashes[file] = (Convert.ToHexStringLower(SHA256.HashData(content)), content.Length);
            });
        }
        catch (AggregateException exception) when (exception.InnerException is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"A file of the suite cannot be read: {exception.InnerException.Message}", exception.InnerException);
        }

        return
        [
            .. files.GroupBy(file => hashes[file].Hash, StringComparer.Ordinal)
                .OrderBy(copies => copies.Key, StringComparer.Ordinal)
                .Select(copies => new SuiteFolderFile(
                    copies.Key,
                    copies.First(),
                    [.. copies.Select(file => System.IO.Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)],
                    hashes[copies.First()].Bytes)),
        ];
    }

    private static string[] Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ArtifactException($"There is no suite at '{folder}'; expected a folder of eval logs, or one log. Paths are relative to the configuration file.");
        }

        // Hidden files are locks and marks of whatever wrote the folder. Links are not followed into other folders.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.Device, IgnoreInaccessible = false };
        string[] files = [.. Directory.EnumerateFiles(folder, "*", options).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new ArtifactException($"The suite '{folder}' holds no file; expected eval logs.");
    }
}

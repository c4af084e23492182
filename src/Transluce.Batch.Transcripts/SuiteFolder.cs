using System.Collections.Concurrent;
using System.IO.Enumeration;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts;

/// <summary>A distinct file of a suite's folder.</summary>
/// <param name="File">The copy whose name comes first.</param>
/// <param name="Names">All copies, relative to the folder, sorted. Hostile text.</param>
public sealed record SuiteFolderFile(HashedFile File, IReadOnlyList<string> Names);

/// <summary>
/// The files of a suite: every visible file below its folder, whatever it is called. A link to a file is that file; a link to a folder is not followed,
/// since what lies elsewhere is no part of the suite, and it can lead back to where it lies.
/// </summary>
public static class SuiteFolder
{
    /// <summary>Lists and hashes the files, copies of one content together, in the order of their hashes.</summary>
    /// <param name="path">A folder, or one file.</param>
    /// <param name="clock">Tells which files were written to just now.</param>
    /// <param name="cancellationToken">Stops the hashing.</param>
    /// <exception cref="ArtifactException">There is nothing, or a file cannot be read.</exception>
    public static IReadOnlyList<SuiteFolderFile> List(string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        var folder = File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : Path.GetFullPath(path);
        var files = File.Exists(path) ? [Path.GetFullPath(path)] : Find(folder);
        var hashes = new ConcurrentDictionary<string, HashedFile>(StringComparer.Ordinal);
        try
        {
            Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellationToken }, file =>
                hashes[file] = HashedFile.Of(file, clock));
        }
        catch (AggregateException exception) when (exception.InnerException is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"A file of the suite cannot be read: {exception.InnerException.Message}", exception.InnerException);
        }

        return
        [
            .. files.GroupBy(file => hashes[file].Sha256, StringComparer.Ordinal)
                .OrderBy(copies => copies.Key, StringComparer.Ordinal)
                .Select(copies => new SuiteFolderFile(
                    hashes[copies.MinBy(file => Path.GetRelativePath(folder, file), StringComparer.Ordinal)!],
                    [.. copies.Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)])),
        ];
    }

    private static string[] Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ArtifactException($"There is no suite at '{folder}'; expected a folder of eval logs, or one log. Paths are relative to the configuration file.");
        }

        // Hidden files are locks and marks of whatever wrote the folder.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.Device, IgnoreInaccessible = false };
        var found = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        string[] files = [.. found.Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new ArtifactException($"The suite '{folder}' holds no file; expected eval logs.");
    }
}

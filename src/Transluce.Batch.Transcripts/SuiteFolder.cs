using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts;

/// <summary>What lies in a suite's folder.</summary>
/// <param name="Files">What can be read, in the order of its hashes.</param>
/// <param name="Unreadable">What cannot, in the order of its names.</param>
public sealed record SuiteListing(IReadOnlyList<SuiteFolderFile> Files, IReadOnlyList<UnreadableFile> Unreadable);

/// <summary>A distinct file of a suite's folder.</summary>
/// <param name="File">The copy whose name comes first.</param>
/// <param name="Names">All copies, relative to the folder, sorted. Hostile text.</param>
public sealed record SuiteFolderFile(HashedFile File, IReadOnlyList<string> Names);

/// <summary>
/// The files of a suite: every visible file below its folder, whatever it is called. A link to a file is that file; a link to a folder is not followed,
/// since what lies elsewhere is no part of the suite, and it can lead back to where it lies. Pipes, sockets and devices are no files.
/// </summary>
public static class SuiteFolder
{
    /// <summary>Lists and hashes the files, copies of one content together. What cannot be read does not keep the others from being so.</summary>
    /// <param name="path">A folder, or one file.</param>
    /// <param name="clock">Tells which files were written to just now.</param>
    /// <param name="cancellationToken">Stops the hashing.</param>
    /// <exception cref="ArtifactException">There is nothing that can be read.</exception>
    public static SuiteListing List(string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        var isFile = File.Exists(path) && !SpecialFile.IsAt(path);
        var folder = isFile ? Path.GetDirectoryName(Path.GetFullPath(path))! : Path.GetFullPath(path);
        var unreadable = new ConcurrentBag<UnreadableFile>();
        var files = isFile ? [Path.GetFullPath(path)] : Find(folder, unreadable, cancellationToken);
        var hashes = new ConcurrentDictionary<string, HashedFile>(StringComparer.Ordinal);
        Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellationToken }, file =>
        {
            try
            {
                hashes[file] = HashedFile.Of(file, clock);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(new UnreadableFile { Name = Path.GetRelativePath(folder, file), Reason = Reason(file, exception) });
            }
        });

        UnreadableFile[] left = [.. unreadable.OrderBy(file => file.Name, StringComparer.Ordinal).ThenBy(file => file.Reason, StringComparer.Ordinal)];
        if (hashes.IsEmpty)
        {
            throw new ArtifactException(left.Length > 0
                ? $"Nothing in the suite '{folder}' can be read: {UnreadableFile.Listed(left)}."
                : $"The suite '{folder}' holds no file; expected eval logs.");
        }

        return new SuiteListing(
            [
                .. files.Where(hashes.ContainsKey).GroupBy(file => hashes[file].Sha256, StringComparer.Ordinal)
                    .OrderBy(copies => copies.Key, StringComparer.Ordinal)
                    .Select(copies => new SuiteFolderFile(
                        hashes[copies.MinBy(file => Path.GetRelativePath(folder, file), StringComparer.Ordinal)!],
                        [.. copies.Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)])),
            ],
            left);
    }

    private static List<string> Find(string suite, ConcurrentBag<UnreadableFile> unreadable, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(suite))
        {
            throw new ArtifactException($"There is no suite at '{suite}'; expected a folder of eval logs, or one log. Paths are relative to the configuration file.");
        }

        var files = new List<string>();
        var folders = new Stack<string>([suite]);
        while (folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var (path, isFolder) in Entries(folder))
                {
                    if (isFolder)
                    {
                        folders.Push(path);
                    }
                    else if (!SpecialFile.IsAt(path))
                    {
                        files.Add(path);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(new UnreadableFile { Name = Path.GetRelativePath(suite, folder) + "/", Reason = Reason(folder, exception) });
            }
        }

        return files;
    }

    private static FileSystemEnumerable<(string Path, bool IsFolder)> Entries(string folder)
    {
        // Hidden files are locks and marks of whatever wrote the folder.
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = false };
        return new FileSystemEnumerable<(string, bool)>(folder, (ref FileSystemEntry entry) => (entry.ToFullPath(), entry.IsDirectory), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !(entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
        };
    }

    // Not the exception's own text, which says where the suite lies: the table of files must not depend on that.
    private static string Reason(string path, Exception exception) => exception switch
    {
        UnauthorizedAccessException => "no permission to read it",
        FileNotFoundException or DirectoryNotFoundException when path.Contains('\uFFFD', StringComparison.Ordinal) => "its name is not UTF-8",
        FileNotFoundException or DirectoryNotFoundException when new FileInfo(path).LinkTarget is not null => "a link that leads nowhere",
        FileNotFoundException or DirectoryNotFoundException => "it vanished when it was to be read",
        PathTooLongException => "its path is too long",
        { HResult: > 0 and < 4096 } => Marshal.GetPInvokeErrorMessage(exception.HResult),
        _ => "reading it fails",
    };
}

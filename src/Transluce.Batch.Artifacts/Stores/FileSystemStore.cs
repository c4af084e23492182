using System.Security.Cryptography;

namespace Transluce.Batch.Artifacts;

/// <summary>
/// A store in a folder. An object appears under its name as a whole and durable, or not at all: it is written under a name of its own
/// attempt, flushed, and then linked to its final name, which fails where the name is taken.
/// </summary>
/// <remarks>Attempts live in <c>.attempts/</c>, one locked folder per process; see <see cref="AttemptFolder"/>.</remarks>
public sealed class FileSystemStore : IObjectStore, IDisposable
{
    private readonly string root;
    private readonly AttemptFolder attempts;

    /// <param name="folder">Created where it is missing.</param>
    public FileSystemStore(string folder)
    {
        root = Path.GetFullPath(folder).TrimEnd('/');
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"The store folder '{root}' cannot be created: {exception.Message} Choose another with 'store:'.", exception);
        }

        attempts = new AttemptFolder(Path.Combine(root, ".attempts"));
    }

    public string Location => root;

    public bool Exists(string path) => File.Exists(StorePath.Resolve(root, path));

    public long? Length(string path)
    {
        var file = new FileInfo(StorePath.Resolve(root, path));
        return file.Exists ? file.Length : null;
    }

    public Stream OpenRead(string path)
    {
        var file = StorePath.Resolve(root, path);
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArtifactException($"'{file}' does not exist. The artifact is incomplete or was deleted: run the job again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"'{file}' cannot be read: {exception.Message}", exception);
        }
    }

    public bool PutIfAbsent(string path, string localFile)
    {
        var file = StorePath.Resolve(root, path);
        if (File.Exists(file))
        {
            RequireSame(path, file, localFile);
            return false;
        }

        // A file written in one of our own scratch folders is on this file system already and needs no copy.
        if (attempts.Contains(localFile))
        {
            FlushFile(localFile);
            return Publish(path, file, localFile);
        }

        var attempt = attempts.NewFile();
        File.Copy(localFile, attempt);
        FlushFile(attempt);
        return PublishAndRemove(path, file, attempt);
    }

    public bool PutIfAbsent(string path, ReadOnlySpan<byte> content)
        => PublishAndRemove(path, StorePath.Resolve(root, path), WriteAttempt(content, durable: true));

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        if (!path.StartsWith("runs/", StringComparison.Ordinal) && !path.EndsWith("/latest.json", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"'{path}' is immutable: only files below runs/ and latest.json may be replaced.");
        }

        var file = StorePath.Resolve(root, path);
        CreateParent(file);

        // Run records change many times a second and are made anew by the next run: a power cut may cost them, a kill may not.
        var durable = !path.StartsWith("runs/", StringComparison.Ordinal);
        var attempt = WriteAttempt(content, durable);

        // Crash here: the old version stays, the attempt is cleaned up by a later run.
        File.Move(attempt, file, overwrite: true);
        if (durable)
        {
            LinuxFiles.FlushFolder(Path.GetDirectoryName(file)!);
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        var directory = StorePath.Resolve(root, folder);
        if (!Directory.Exists(directory))
        {
            return [];
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        var paths = Directory.EnumerateFiles(directory, "*", options)
            .Select(f => Path.GetRelativePath(root, f))
            .Where(p => !p.Split('/').Any(part => part.StartsWith('.')));
        return [.. paths.Order(StringComparer.Ordinal)];
    }

    public string CreateScratchFolder() => attempts.NewFolder();

    /// <summary>Deletes what killed processes left in <c>.attempts/</c>; folders of living processes are locked and stay.</summary>
    /// <returns>Bytes freed.</returns>
    public long RemoveLeftovers() => attempts.RemoveLeftovers();

    /// <summary>Removes this process's attempt folder.</summary>
    public void Dispose() => attempts.Dispose();

    private string WriteAttempt(ReadOnlySpan<byte> content, bool durable)
    {
        var attempt = attempts.NewFile();
        using var stream = new FileStream(attempt, FileMode.CreateNew, FileAccess.Write);
        stream.Write(content);
        stream.Flush(flushToDisk: durable);
        return attempt;
    }

    private bool PublishAndRemove(string path, string file, string attempt)
    {
        try
        {
            return Publish(path, file, attempt);
        }
        finally
        {
            // Crash before this: a second name in .attempts/ remains, cleaned up by a later run.
            File.Delete(attempt);
        }
    }

    private bool Publish(string path, string file, string attempt)
    {
        CreateParent(file);

        // Crash before the link: no object, the attempt is cleaned up later. Crash after it: the object is whole.
        if (!LinuxFiles.TryLink(attempt, file))
        {
            RequireSame(path, file, attempt);
            return false;
        }

        LinuxFiles.FlushFolder(Path.GetDirectoryName(file)!);
        return true;
    }

    private static void CreateParent(string file)
    {
        var missing = new Stack<string>();
        for (var folder = Path.GetDirectoryName(file)!; !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)!)
        {
            missing.Push(folder);
        }

        foreach (var folder in missing)
        {
            Directory.CreateDirectory(folder);
            LinuxFiles.FlushFolder(Path.GetDirectoryName(folder)!);
        }
    }

    private static void FlushFile(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        stream.Flush(flushToDisk: true);
    }

    private void RequireSame(string path, string file, string other)
    {
        var (there, here) = (Hash(file), Hash(other));
        if (there != here)
        {
            throw new ArtifactException(
                $"'{path}' in store '{root}' exists with SHA-256 {there}, but this attempt made {here}. The same key must give the same bytes: the stage is not deterministic, its version was not raised, or the file was changed. Run 'artifacts verify', then delete the artifact's folder and run again.");
        }
    }

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

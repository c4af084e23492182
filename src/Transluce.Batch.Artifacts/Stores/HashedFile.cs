using System.Security.Cryptography;

namespace Transluce.Batch.Artifacts;

/// <summary>A file of the user as it was when its content was hashed.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Sha256">Of its content, lower-case hexadecimal.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was last written to, UTC; null where that was so recent that another write could bear the same time.</param>
public sealed record HashedFile(string Path, string Sha256, long Bytes, DateTime? Modified)
{
    // Model weights are among these files: small reads would take longer than hashing.
    private const int BufferBytes = 1 << 20;

    // Coarser than the times of any file system in use (FAT: two seconds).
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <summary>Hashes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Tells whether it was written to just now.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="ArtifactException">It is a pipe, a socket or a device.</exception>
    public static HashedFile Of(string path, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        using var content = Open(path);
        // Taken before the content is read: what is written meanwhile gets a later time.
        var modified = File.GetLastWriteTimeUtc(content.SafeFileHandle);
        var settled = clock.GetUtcNow().UtcDateTime - modified >= Settled;
        return new HashedFile(path, Hash(content), content.Length, settled ? modified : null);
    }

    /// <summary>
    /// To be called when the file was used and before what was made of it is published. As build tools do, time and length are looked at first and the
    /// content only where they say nothing.
    /// </summary>
    /// <exception cref="ArtifactException">The file is not what was hashed.</exception>
    public void RequireUnchanged()
    {
        using var content = Open(Path);
        if (Modified is not null && File.GetLastWriteTimeUtc(content.SafeFileHandle) == Modified && content.Length == Bytes)
        {
            return;
        }

        var found = Hash(content);
        if (found != Sha256)
        {
            throw new ArtifactException($"'{Path}' changed since the run was planned: its SHA-256 is {found}, planned was {Sha256}. Run again, which plans what it is now.");
        }
    }

    /// <summary>To be called before the file is read: opening what has taken its place since could wait for ever.</summary>
    /// <exception cref="ArtifactException">It is a pipe, a socket or a device.</exception>
    public void RequireFile() => RequireFile(Path);

    private static FileStream Open(string path)
    {
        RequireFile(path);
        return new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
    }

    private static void RequireFile(string path)
    {
        if (SpecialFile.IsAt(path))
        {
            throw new ArtifactException($"'{path}' is a pipe, a socket or a device; expected a file. Remove it, or name a file.");
        }
    }

    private static string Hash(FileStream content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

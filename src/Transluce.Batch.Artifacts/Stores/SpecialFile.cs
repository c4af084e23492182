namespace Transluce.Batch.Artifacts;

/// <summary>What lies in a folder beside files: pipes, sockets, devices. Opening a pipe waits for a writer that may never come, and a device may have no end.</summary>
public static class SpecialFile
{
    /// <summary>Whether a path leads to one; false where nothing is there or it cannot be told, which opening it will say.</summary>
    public static bool IsAt(string path) => LinuxFiles.TypeOf(path) is { } type && type is not (LinuxFiles.RegularFile or LinuxFiles.Folder);
}

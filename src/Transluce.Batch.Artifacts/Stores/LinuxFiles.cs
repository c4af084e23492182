using System.Runtime.InteropServices;

namespace Transluce.Batch.Artifacts;

/// <summary>The calls to the C library that .NET does not offer: creating a second name for a file, making a folder's entries durable, and telling a file from a pipe.</summary>
internal static partial class LinuxFiles
{
    public const int RegularFile = 0x8000;
    public const int Folder = 0x4000;

    private const int AlreadyExists = 17;
    private const int WorkingDirectory = -100;
    private const int TypeWanted = 1;
    private const int TypeBits = 0xF000;

    /// <summary>Gives a file a second name, atomically.</summary>
    /// <returns>False where the name is taken.</returns>
    /// <exception cref="IOException">Anything else, such as a file system without hard links.</exception>
    public static bool TryLink(string existing, string name)
    {
        if (Link(existing, name) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == AlreadyExists
            ? false
            : throw new IOException($"'{existing}' cannot be linked as '{name}': {Marshal.GetPInvokeErrorMessage(error)}. The store needs one local or network file system with hard links.");
    }

    /// <summary>Makes names created in or removed from a folder survive a power cut.</summary>
    public static void FlushFolder(string folder)
    {
        var descriptor = Open(folder, 0);
        if (descriptor >= 0)
        {
            // Some file systems refuse to flush a folder; they order such changes themselves.
            _ = FileSync(descriptor);
            _ = Close(descriptor);
        }
    }

    /// <summary>What a path leads to, links followed; null where that cannot be told.</summary>
    public static int? TypeOf(string path) => StatX(WorkingDirectory, path, 0, TypeWanted, out var status) == 0 ? status.Mode & TypeBits : null;

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    // Not stat, whose structure is another one on each processor.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint wanted, out FileStatus status);

    /// <summary>The one member of <c>struct statx</c> that is looked at.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct FileStatus
    {
        [FieldOffset(28)]
        public readonly ushort Mode;
    }
}

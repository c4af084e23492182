namespace Transluce.Batch.Artifacts;

/// <summary>
/// Where one process writes before it publishes: a folder of its own with a file that stays locked while the process lives. The lock goes
/// with the process however it dies, so a folder whose lock is free is a leftover.
/// </summary>
internal sealed class AttemptFolder : IDisposable
{
    private const string LockName = "lock";
    private readonly string parent;
    private readonly Lazy<(string Folder, FileStream Lock)> own;

    public AttemptFolder(string parent)
    {
        this.parent = parent;
        own = new Lazy<(string, FileStream)>(Create);
    }

    public bool Contains(string file) => own.IsValueCreated && Path.GetFullPath(file).StartsWith(own.Value.Folder + "/", StringComparison.Ordinal);

    public string NewFile() => Path.Combine(own.Value.Folder, Guid.NewGuid().ToString("N"));

    public string NewFolder() => Directory.CreateDirectory(NewFile()).FullName;

    public long RemoveLeftovers()
    {
        if (!Directory.Exists(parent))
        {
            return 0;
        }

        var freed = 0L;
        foreach (var folder in Directory.GetDirectories(parent))
        {
            if (!own.IsValueCreated || folder != own.Value.Folder)
            {
                freed += RemoveIfUnlocked(folder);
            }
        }

        return freed;
    }

    public void Dispose()
    {
        if (own.IsValueCreated)
        {
            own.Value.Lock.Dispose();
            DeleteFolder(own.Value.Folder);
        }
    }

    private (string Folder, FileStream Lock) Create()
    {
        // The lock is taken under a hidden name and the folder renamed afterwards, so that no other process finds it unlocked.
        var name = Guid.NewGuid().ToString("N");
        var unborn = Path.Combine(parent, "." + name);
        Directory.CreateDirectory(unborn);
        var held = new FileStream(Path.Combine(unborn, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var folder = Path.Combine(parent, name);
        Directory.Move(unborn, folder);
        return (folder, held);
    }

    private static long RemoveIfUnlocked(string folder)
    {
        if (Path.GetFileName(folder).StartsWith('.'))
        {
            // Being born, or left by a process killed at that very moment: an empty file, not worth a race.
            return 0;
        }

        try
        {
            using (new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                var bytes = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
                DeleteFolder(folder);
                return bytes;
            }
        }
        catch (IOException)
        {
            // Locked: its process lives.
            return 0;
        }
    }

    private static void DeleteFolder(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Another process removes the same leftover.
        }
    }
}

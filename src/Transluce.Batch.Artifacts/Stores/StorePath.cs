namespace Transluce.Batch.Artifacts;

/// <summary>Turns an object's path into a path of the file system that cannot leave the store.</summary>
internal static class StorePath
{
    private const int MaxLength = 1024;

    /// <exception cref="ArtifactException">The path is absolute, has an empty, '.' or '..' part, a hidden name, or leaves the store by a symbolic link.</exception>
    public static string Resolve(string root, string path)
    {
        if (path.Length is 0 or > MaxLength)
        {
            throw Refused(path, $"has {path.Length} characters (1 to {MaxLength} are allowed)");
        }

        var current = root;
        foreach (var part in path.Split('/'))
        {
            if (part.Length == 0 || part[0] == '.')
            {
                throw Refused(path, "has an empty part or one that begins with a dot");
            }

            if (part.AsSpan().ContainsAnyInRange('\0', '\u001f') || part.Contains('\\', StringComparison.Ordinal))
            {
                throw Refused(path, "holds a backslash or a control character");
            }

            current = Path.Combine(current, part);
            RequireInside(root, current, path);
        }

        return current;
    }

    private static void RequireInside(string root, string location, string path)
    {
        var link = new FileInfo(location);
        if (link.LinkTarget is null)
        {
            return;
        }

        var target = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        var realRoot = new DirectoryInfo(root).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? root;
        if (target is null || !(target + "/").StartsWith(realRoot.TrimEnd('/') + "/", StringComparison.Ordinal))
        {
            throw Refused(path, $"leaves the store by the symbolic link '{location}'");
        }
    }

    private static ArtifactException Refused(string path, string reason)
    {
        var shown = path.Length > 200 ? path[..200] + "…" : path;
        return new ArtifactException($"Store path '{shown}' is refused: it {reason}. Paths are relative, with forward slashes.");
    }
}

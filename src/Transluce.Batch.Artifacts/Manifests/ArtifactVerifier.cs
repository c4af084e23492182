using System.Security.Cryptography;

namespace Transluce.Batch.Artifacts;

/// <summary>Compares an artifact with its manifest: every part is hashed again.</summary>
public static class ArtifactVerifier
{
    /// <summary>Every difference, in path order; empty where the artifact is whole. Reads all of its bytes.</summary>
    public static IReadOnlyList<string> Verify(IObjectStore store, string stage, string key, CancellationToken cancellationToken)
    {
        var manifestPath = ArtifactPaths.Manifest(stage, key);
        if (!store.Exists(manifestPath))
        {
            return [$"{manifestPath}: missing; the artifact is not complete"];
        }

        Manifest manifest;
        try
        {
            manifest = Manifest.Load(store, stage, key);
        }
        catch (ArtifactException exception)
        {
            return [$"{manifestPath}: {exception.Message}"];
        }

        PartRecord[] parts = [.. manifest.Tables.SelectMany(t => t.Parts)];
        var known = parts.Select(p => p.Path).ToHashSet(StringComparer.Ordinal);
        var differences = new List<(string Path, string What)>();
        foreach (var part in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Difference(store, part) is { } what)
            {
                differences.Add((part.Path, what));
            }
        }

        var records = RecordDifferences(store, manifest).ToList();
        var extra = store.List(ArtifactPaths.Artifact(stage, key))
            .Where(p => p != manifestPath && !known.Contains(p) && !IsRecord(manifest, p))
            .Select(p => (p, "not in the manifest"));
        return [.. differences.Concat(records).Concat(extra).OrderBy(d => d.Item1, StringComparer.Ordinal).Select(d => $"{d.Item1}: {d.Item2}")];
    }

    private static string? Difference(IObjectStore store, PartRecord part)
    {
        var length = store.Length(part.Path);
        if (length is null)
        {
            return "missing";
        }

        if (length != part.Bytes)
        {
            return $"has {length} bytes, the manifest says {part.Bytes}";
        }

        using var content = store.OpenRead(part.Path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return hash == part.Sha256 ? null : $"has SHA-256 {hash}, the manifest says {part.Sha256}";
    }

    private static IEnumerable<(string Path, string What)> RecordDifferences(IObjectStore store, Manifest manifest)
    {
        for (var shard = 0; shard < manifest.Recipe.ShardCount; shard++)
        {
            var path = ArtifactPaths.Completion(manifest.Stage, manifest.Key, shard);
            if (!store.Exists(path))
            {
                yield return (path, "missing");
            }
            else if (RecordDifference(store, manifest, shard) is { } what)
            {
                yield return (path, what);
            }
        }
    }

    private static string? RecordDifference(IObjectStore store, Manifest manifest, int shard)
    {
        try
        {
            var record = CompletionRecord.Load(store, manifest.Stage, manifest.Key, shard);
            var listed = manifest.Tables.SelectMany(t => t.Parts).Where(p => p.Shard == shard).ToHashSet();
            return record.Shard == shard && listed.SetEquals(record.Parts) ? null : "lists other parts than the manifest";
        }
        catch (ArtifactException exception)
        {
            return exception.Message;
        }
    }

    private static bool IsRecord(Manifest manifest, string path)
        => Enumerable.Range(0, manifest.Recipe.ShardCount).Any(s => ArtifactPaths.Completion(manifest.Stage, manifest.Key, s) == path);
}

using System.Security.Cryptography;

namespace Transluce.Batch.Artifacts;

/// <summary>Compares an artifact with its manifest, or an unfinished one with its completion records: every part is hashed again.</summary>
public static class ArtifactVerifier
{
    /// <summary>Every difference, in path order; empty where all is well. Reads all of its bytes.</summary>
    public static IReadOnlyList<string> Verify(IObjectStore store, string stage, string key, CancellationToken cancellationToken)
    {
        var folder = ArtifactPaths.Artifact(stage, key);
        var manifestPath = ArtifactPaths.Manifest(stage, key);
        var differences = new List<(string Path, string What)>();
        var records = LoadRecords(store, folder, differences);
        var parts = records.Values.SelectMany(r => r.Parts).ToList();
        if (store.Exists(manifestPath))
        {
            if (Try(() => Manifest.Load(store, stage, key), manifestPath, differences) is not { } manifest)
            {
                return Sorted(differences);
            }

            parts = [.. manifest.Tables.SelectMany(t => t.Parts)];
            differences.AddRange(RecordDifferences(manifest, records).ExceptBy(differences.Select(d => d.Path).ToList(), d => d.Path));
            string[] known = [manifestPath, .. parts.Select(p => p.Path), .. records.Keys, .. differences.Select(d => d.Path)];
            differences.AddRange(store.List(folder).Except(known).Select(p => (p, "not in the manifest")));
        }

        foreach (var part in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Difference(store, part) is { } what)
            {
                differences.Add((part.Path, what));
            }
        }

        return Sorted(differences);
    }

    private static SortedDictionary<string, CompletionRecord> LoadRecords(IObjectStore store, string folder, List<(string Path, string What)> differences)
    {
        var records = new SortedDictionary<string, CompletionRecord>(StringComparer.Ordinal);
        foreach (var path in store.List($"{folder}/done"))
        {
            if (Try(() => ArtifactJson.Read<CompletionRecord>(store, path), path, differences) is { } record)
            {
                records[path] = record;
            }
        }

        return records;
    }

    private static IEnumerable<(string Path, string What)> RecordDifferences(Manifest manifest, SortedDictionary<string, CompletionRecord> records)
    {
        var expected = Enumerable.Range(0, manifest.Recipe.ShardCount).ToDictionary(s => ArtifactPaths.Completion(manifest.Stage, manifest.Key, s));
        foreach (var (path, shard) in expected)
        {
            var listed = manifest.Tables.SelectMany(t => t.Parts).Where(p => p.Shard == shard).ToHashSet();
            if (!records.TryGetValue(path, out var record))
            {
                yield return (path, "missing, though the artifact is complete");
            }
            else if (record.Shard != shard || !listed.SetEquals(record.Parts))
            {
                yield return (path, "lists other parts than the manifest");
            }
        }

        foreach (var path in records.Keys.Where(p => !expected.ContainsKey(p)))
        {
            yield return (path, $"belongs to no shard of the {manifest.Recipe.ShardCount}");
        }
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
            return $"has {length} bytes; expected {part.Bytes}";
        }

        using var content = store.OpenRead(part.Path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return hash == part.Sha256 ? null : $"has SHA-256 {hash}; expected {part.Sha256}";
    }

    private static T? Try<T>(Func<T> load, string path, List<(string Path, string What)> differences)
        where T : class
    {
        try
        {
            return load();
        }
        catch (ArtifactException exception)
        {
            differences.Add((path, exception.Message));
            return null;
        }
    }

    private static string[] Sorted(IEnumerable<(string Path, string What)> differences)
        => [.. differences.OrderBy(d => d.Path, StringComparer.Ordinal).Select(d => $"{d.Path}: {d.What}")];
}

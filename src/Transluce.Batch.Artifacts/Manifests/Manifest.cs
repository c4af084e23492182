namespace Transluce.Batch.Artifacts;

/// <summary>A complete artifact's table of contents, written last. It holds only what the recipe determines.</summary>
public sealed record Manifest
{
    public required string Stage { get; init; }

    public required string Key { get; init; }

    public required string RecipeKey { get; init; }

    public required Recipe Recipe { get; init; }

    public required IReadOnlyList<TableManifest> Tables { get; init; }

    /// <summary>Sums of the shards' counts.</summary>
    public required SortedDictionary<string, long> Counts { get; init; }

    public required IReadOnlyList<ShardWarning> Warnings { get; init; }

    /// <summary>Whether the artifact is complete.</summary>
    public static bool Exists(IObjectStore store, string stage, string key) => store.Exists(ArtifactPaths.Manifest(stage, key));

    /// <exception cref="ArtifactException">Missing, damaged, or the manifest of another artifact.</exception>
    public static Manifest Load(IObjectStore store, string stage, string key)
    {
        var path = ArtifactPaths.Manifest(stage, key);
        var manifest = ArtifactJson.Read<Manifest>(store, path);
        if (manifest.Stage != stage || manifest.Key != key || manifest.Recipe.Key() != key)
        {
            throw new ArtifactException(
                $"'{store.Location}/{path}' describes artifact '{manifest.Stage}/{manifest.Key}', not the one it lies in. The store was changed by hand: delete the folder and run again.");
        }

        return manifest;
    }

    /// <summary>Puts the shards' records together, in shard order.</summary>
    public static Manifest Create(Recipe recipe, IReadOnlyList<CompletionRecord> shards)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, amount) in shards.SelectMany(s => s.Counts))
        {
            counts[name] = counts.GetValueOrDefault(name) + amount;
        }

        return new Manifest
        {
            Stage = recipe.Stage,
            Key = recipe.Key(),
            RecipeKey = recipe.RecipeKey(),
            Recipe = recipe,
            Tables = [.. recipe.Schemas.Select(table => TableManifest.Create(table.Key, table.Value, shards))],
            Counts = counts,
            Warnings = [.. shards.SelectMany(s => s.Warnings.Select(w => new ShardWarning(s.Shard, w)))],
        };
    }
}

/// <summary>One table of an artifact.</summary>
public sealed record TableManifest(string Name, int SchemaVersion, long Rows, long Bytes, IReadOnlyList<PartRecord> Parts)
{
    internal static TableManifest Create(string name, int schemaVersion, IEnumerable<CompletionRecord> shards)
    {
        PartRecord[] parts = [.. shards.SelectMany(s => s.Parts).Where(p => p.Table == name)];
        return new TableManifest(name, schemaVersion, parts.Sum(p => p.Rows), parts.Sum(p => p.Bytes), parts);
    }
}

/// <summary>Something a person must know about one shard, such as a source that ran dry.</summary>
public sealed record ShardWarning(int Shard, string Message);

using System.Text.Json.Nodes;

namespace Transluce.Batch.Artifacts;

/// <summary>Everything that determines an artifact's rows, and nothing else: its hash is the artifact's key.</summary>
public sealed record Recipe
{
    public required string Stage { get; init; }

    public required int StageVersion { get; init; }

    /// <summary>Table → schema version, sorted by table.</summary>
    public required SortedDictionary<string, int> Schemas { get; init; }

    /// <summary>The slice of the configuration the stage reads.</summary>
    public required JsonObject Options { get; init; }

    /// <summary>The artifacts it reads, in the stage's order.</summary>
    public required IReadOnlyList<RecipeInput> Inputs { get; init; }

    /// <summary>Name → SHA-256 of every external file, sorted by name.</summary>
    public required SortedDictionary<string, string> Fingerprints { get; init; }

    /// <summary>Device kind, CPU capability, dtype and so on where rows depend on floating point; null elsewhere.</summary>
    public JsonObject? Numerics { get; init; }

    public required int ShardCount { get; init; }

    /// <summary>The artifact's key: SHA-256 over all of it.</summary>
    public string Key() => CanonicalJson.Hash(ToJson());

    /// <summary>The key without the shard count, for consumers that merge shards exactly: resharding changes nothing for them.</summary>
    public string RecipeKey()
    {
        var json = ToJson();
        json.Remove("shard_count");
        return CanonicalJson.Hash(json);
    }

    public JsonObject ToJson() => ArtifactJson.ToNode(this);
}

/// <summary>An artifact that is read.</summary>
/// <param name="Stage">The stage that wrote it.</param>
/// <param name="Key">Its key, or its recipe key where <paramref name="IgnoresSharding"/>.</param>
/// <param name="IgnoresSharding">Whether the reader gives the same rows for any shard count of the input.</param>
public sealed record RecipeInput(string Stage, string Key, bool IgnoresSharding);

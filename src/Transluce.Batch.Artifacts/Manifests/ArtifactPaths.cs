using System.Globalization;

namespace Transluce.Batch.Artifacts;

/// <summary>Where things lie in a store. Shard numbers have five digits so that names sort as numbers do.</summary>
public static class ArtifactPaths
{
    public static string Artifact(string stage, string key) => $"artifacts/{stage}/{key}";

    public static string Part(string stage, string key, string table, int shard)
        => string.Create(CultureInfo.InvariantCulture, $"{Artifact(stage, key)}/{table}/part-{shard:00000}.parquet");

    public static string Completion(string stage, string key, int shard)
        => string.Create(CultureInfo.InvariantCulture, $"{Artifact(stage, key)}/done/{shard:00000}.json");

    public static string Manifest(string stage, string key) => $"{Artifact(stage, key)}/manifest.json";

    public static string CachedItem(string maker, string contentSha256) => $"cache/{maker}/{contentSha256}";

    public static string Plan(string runId) => $"runs/{runId}/plan.json";

    public static string RunRecord(string runId) => $"runs/{runId}/run.json";

    public static string Events(string runId, string process) => $"runs/{runId}/events-{process}.jsonl";
}

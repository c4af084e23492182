using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>One artifact as it lies in a store, complete or not.</summary>
internal sealed record StoredArtifact(string Stage, string Key, bool IsComplete, int ShardsDone)
{
    /// <summary>Sorted by stage, then key.</summary>
    public static IReadOnlyList<StoredArtifact> All(IObjectStore store) =>
        [.. store.List("artifacts")
            .Select(path => path.Split('/'))
            .Where(parts => parts.Length >= 4)
            .GroupBy(parts => (Stage: parts[1], Key: parts[2]))
            .OrderBy(group => group.Key.Stage, StringComparer.Ordinal).ThenBy(group => group.Key.Key, StringComparer.Ordinal)
            .Select(group => new StoredArtifact(
                group.Key.Stage, group.Key.Key, group.Any(parts => parts is [_, _, _, "manifest.json"]), group.Count(parts => parts is [_, _, _, "done", _])))];

    /// <param name="store">The store.</param>
    /// <param name="name"><c>stage/key</c>; the first characters of the key do where they say enough.</param>
    public static StoredArtifact Find(IObjectStore store, string name)
    {
        var all = All(store);
        var matches = all.Where(artifact => $"{artifact.Stage}/{artifact.Key}".StartsWith(name, StringComparison.Ordinal)).ToArray();
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw new ArtifactException($"No artifact '{InertText.Of(name)}' in '{store.Location}'; there are {all.Count}, see 'transluce-batch artifacts list'."),
            _ => throw new ArtifactException($"'{InertText.Of(name)}' fits {matches.Length} artifacts in '{store.Location}'; give more of the key:\n{string.Join('\n', matches.Select(artifact => $"  {artifact.Stage}/{artifact.Key}"))}"),
        };
    }
}

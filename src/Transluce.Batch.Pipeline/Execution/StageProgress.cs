using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>How much of a planned artifact a store holds already.</summary>
/// <param name="Stage">The planned stage.</param>
/// <param name="Complete">The manifest and every part it lists are there, with the right sizes.</param>
/// <param name="DoneShards">Shards with a completion record and all of its parts, with the right sizes.</param>
public sealed record StageProgress(PlannedStage Stage, bool Complete, IReadOnlyList<int> DoneShards)
{
    public static StageProgress Inspect(IObjectStore store, PlannedStage planned)
    {
        if (Manifest.Exists(store, planned.Stage, planned.Key))
        {
            var manifest = Manifest.Load(store, planned.Stage, planned.Key);
            if (manifest.Tables.SelectMany(t => t.Parts).All(p => store.Length(p.Path) == p.Bytes))
            {
                return new StageProgress(planned, true, [.. Enumerable.Range(0, planned.ShardCount)]);
            }
        }

        return new StageProgress(planned, false, [.. Enumerable.Range(0, planned.ShardCount).Where(s => IsDone(store, planned, s))]);
    }

    /// <summary>A record whose parts were deleted or cut off by hand does not count: the shard is run again and puts them back.</summary>
    public static bool IsDone(IObjectStore store, PlannedStage planned, int shard)
        => store.Exists(ArtifactPaths.Completion(planned.Stage, planned.Key, shard))
            && CompletionRecord.Load(store, planned.Stage, planned.Key, shard).Parts.All(p => store.Length(p.Path) == p.Bytes);
}

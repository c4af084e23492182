using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>Finds a plan's stages by name and by key: a suite has some for every file. Equal where the stages are, so that plans are, too.</summary>
internal sealed class StageIndex(IReadOnlyList<PlannedStage> stages) : IEquatable<StageIndex>
{
    private readonly Lazy<Dictionary<string, PlannedStage>> byId = new(() => ById(stages));
    private readonly Lazy<Dictionary<(string Stage, string Key), PlannedStage>> byKey = new(() => ByKey(stages));

    public IReadOnlyList<PlannedStage> Stages => stages;

    public PlannedStage? Find(string id) => byId.Value.GetValueOrDefault(id);

    /// <summary>The stage that makes an input.</summary>
    public PlannedStage? Of(RecipeInput input) => byKey.Value.GetValueOrDefault((input.Stage, input.Key));

    public bool Equals(StageIndex? other) => other is not null && stages.Equals(other.Stages);

    public override bool Equals(object? obj) => Equals(obj as StageIndex);

    public override int GetHashCode() => stages.GetHashCode();

    // A damaged plan may name a stage twice: the first one counts.
    private static Dictionary<string, PlannedStage> ById(IReadOnlyList<PlannedStage> stages)
    {
        var found = new Dictionary<string, PlannedStage>(stages.Count, StringComparer.Ordinal);
        foreach (var stage in stages)
        {
            found.TryAdd(stage.Id, stage);
        }

        return found;
    }

    private static Dictionary<(string Stage, string Key), PlannedStage> ByKey(IReadOnlyList<PlannedStage> stages)
    {
        var found = new Dictionary<(string Stage, string Key), PlannedStage>(2 * stages.Count);
        foreach (var stage in stages)
        {
            found.TryAdd((stage.Stage, stage.Key), stage);
            found.TryAdd((stage.Stage, stage.RecipeKey), stage);
        }

        return found;
    }
}

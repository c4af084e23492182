using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>
/// What a run will make: written first and never changed (<c>runs/{run-id}/plan.json</c>). Any process that sees the store can run any
/// shard from it: 'auto' options are resolved, external files are hashed, keys are fixed.
/// </summary>
public sealed record RunPlan
{
    private readonly StageIndex index = new([]);

    public required string RunId { get; init; }

    /// <summary>The job's name, for example <c>neuron-labelling</c>.</summary>
    public required string Job { get; init; }

    /// <summary>The whole configuration with every default filled in and every 'auto' resolved.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Inputs before their readers.</summary>
    public required IReadOnlyList<PlannedStage> Stages
    {
        get => index.Stages;
        init => index = new StageIndex(value);
    }

    public PlannedStage this[string stage] => Find(stage)
        ?? throw new PipelineException($"Run '{RunId}' has no stage '{stage}'; its stages are {string.Join(", ", Stages.Select(s => s.Id))}.");

    /// <summary>The stage that makes an input.</summary>
    public PlannedStage Of(RecipeInput input) => index.Of(input)
        ?? throw new PipelineException($"Run '{RunId}' has no stage that makes '{input.Stage}/{input.Key}'; its plan is damaged.");

    /// <summary>Works out every key. Reads the stages' fingerprints, which may hash large files.</summary>
    public static RunPlan Create(string job, JsonObject config, PipelineGraph graph, TimeProvider clock)
    {
        var stages = Recipes(graph, stage => stage.Fingerprints);
        return new RunPlan
        {
            RunId = CreateRunId(stages, config, clock),
            Job = job,
            Config = config.DeepClone().AsObject(),
            Stages = stages,
        };
    }

    /// <exception cref="ArtifactException">There is no such run, or its plan is damaged.</exception>
    public static RunPlan Load(IObjectStore store, string runId)
        => ArtifactJson.Read<RunPlan>(store, ArtifactPaths.Plan(runId));

    /// <summary>Writes the plan, before any work.</summary>
    public void Save(IObjectStore store) => store.PutIfAbsent(ArtifactPaths.Plan(RunId), ArtifactJson.Serialize(this));

    /// <summary>A stage by what it is called within the run, or null.</summary>
    internal PlannedStage? Find(string id) => index.Find(id);

    /// <summary>The recipe of every stage, in the graph's order.</summary>
    internal static IReadOnlyList<PlannedStage> Recipes(PipelineGraph graph, Func<Stage, IReadOnlyDictionary<string, string>> fingerprints)
    {
        var planned = new Dictionary<string, PlannedStage>();
        foreach (var stage in graph.Stages)
        {
            var recipe = new Recipe
            {
                Stage = stage.Name,
                StageVersion = stage.Version,
                Schemas = Schemas(stage),
                Options = stage.Options.DeepClone().AsObject(),
                Inputs = [.. stage.Inputs.Select(input => new RecipeInput(
                    input.Stage.Name,
                    input.IgnoresSharding ? planned[input.Stage.Id].RecipeKey : planned[input.Stage.Id].Key,
                    input.IgnoresSharding))],
                Fingerprints = new SortedDictionary<string, string>(fingerprints(stage).ToDictionary(), StringComparer.Ordinal),
                Numerics = stage.Numerics?.DeepClone().AsObject(),
                ShardCount = stage.ShardCount,
            };
            planned[stage.Id] = new PlannedStage(stage.Name, recipe.Key(), recipe.RecipeKey(), recipe.ShardCount, recipe, stage.Partition);
        }

        return [.. graph.Stages.Select(s => planned[s.Id])];
    }

    private static SortedDictionary<string, int> Schemas(Stage stage)
    {
        var schemas = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var table in stage.Tables)
        {
            var attribute = (TableAttribute)Attribute.GetCustomAttribute(table, typeof(TableAttribute))!;
            schemas[attribute.Name] = attribute.SchemaVersion;
        }

        return schemas;
    }

    private static string CreateRunId(IEnumerable<PlannedStage> stages, JsonObject config, TimeProvider clock)
    {
        // Runs sort by time. The suffix tells runs of one second apart; two processes that start the same job in the same second share
        // one plan, byte for byte.
        var content = new JsonArray([config.DeepClone(), .. stages.Select(s => JsonValue.Create(s.Key))]);
        return FormattableString.Invariant($"{clock.GetUtcNow():yyyyMMdd-HHmmss}-{CanonicalJson.Hash(content)[..8]}");
    }
}

/// <summary>One stage of a run.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Key">Key of the artifact it makes.</param>
/// <param name="RecipeKey">The key without the shard count.</param>
/// <param name="ShardCount">Shards it is cut into.</param>
/// <param name="Recipe">What the key is made of: options, inputs, fingerprints, numerics.</param>
/// <param name="Partition">The file it takes, where there is a stage a file.</param>
public sealed record PlannedStage(string Stage, string Key, string RecipeKey, int ShardCount, Recipe Recipe, string? Partition = null)
{
    /// <summary>What it is called within the run.</summary>
    [JsonIgnore]
    public string Id => StageId.Of(Stage, Partition);
}

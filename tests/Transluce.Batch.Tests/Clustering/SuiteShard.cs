using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Clustering;

/// <summary>Runs one stage of a whole suite over given stages, each an artifact of its own, and keeps what it wrote.</summary>
internal sealed class SuiteShard : ShardContext, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FileSystemStore store;
    private readonly Dictionary<Stage, string> keys = [];
    private readonly Dictionary<Type, (IDisposable Writer, Action Complete)> writers = [];
    private readonly SortedDictionary<string, long> counts = [];
    private int runs;

    public SuiteShard() => store = new FileSystemStore(folder.File("store"));

    public override int Shard => 0;

    public override int ShardCount => 1;

    public override string ScratchFolder => folder.Path;

    public override ItemCache Cache => new(store);

    public List<string> Warnings { get; } = [];

    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>Makes a given stage's artifact.</summary>
    public Stage Given(Stage stage)
    {
        var graph = new PipelineGraph([stage]);
        var plan = RunPlan.Create("given", [], graph, TimeProvider.System);
        var record = new InProcessExecutor(store, graph, plan, 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
        Assert.Equal(RunStatus.Succeeded, record.Status);
        keys[stage] = plan[stage.Id].Key;
        return stage;
    }

    public string Key(Stage stage) => keys[stage];

    /// <summary>Makes the artifacts of stages that read each other, such as those of one log.</summary>
    public void Given(IReadOnlyList<Stage> chain)
    {
        var plan = RunPlan.Create("given", [], new PipelineGraph(chain), TimeProvider.System);
        var record = new InProcessExecutor(store, new PipelineGraph(chain), plan, 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
        Assert.True(record.Status == RunStatus.Succeeded, string.Join('\n', record.Stages.SelectMany(s => s.Failures.Select(f => f.Reason))));
        foreach (var stage in chain)
        {
            keys[stage] = plan[stage.Id].Key;
        }
    }

    /// <summary>Lets what was just written by a stage stand for its artifact.</summary>
    public void Keep(Stage stage, params GivenRowsStage.Table[] tables) => keys[stage] = keys[Given(new GivenRowsStage(stage.Name, tables))];

    /// <summary>Runs a stage; <see cref="Rows"/> gives what it wrote.</summary>
    public void Run(Stage stage)
    {
        Assert.All(stage.Inputs, input => Assert.Contains(input.Stage, keys.Keys));
        writers.Clear();
        counts.Clear();
        Warnings.Clear();
        runs++;
        foreach (var table in stage.Tables)
        {
            // A table nobody wrote to is an empty one.
            typeof(SuiteShard).GetMethod(nameof(Table))!.MakeGenericMethod(table).Invoke(this, null);
        }

        stage.RunShard(this, CancellationToken.None);
        foreach (var (writer, complete) in writers.Values)
        {
            complete();
            writer.Dispose();
        }
    }

    public IReadOnlyList<TRow> Rows<TRow>()
        where TRow : class
        => [.. TableReader.Read<TRow>(File.OpenRead(FileOf(typeof(TRow))), typeof(TRow).Name)];

    public byte[] Bytes<TRow>() => File.ReadAllBytes(FileOf(typeof(TRow)));

    public override ArtifactReader Input(Stage stage) => new(store, stage.Name, keys[stage]);

    public override TableWriter<TRow> Table<TRow>()
    {
        if (!writers.TryGetValue(typeof(TRow), out var writer))
        {
            var created = new TableWriter<TRow>(FileOf(typeof(TRow)), new Dictionary<string, string>());
            writers.Add(typeof(TRow), writer = (created, created.Complete));
        }

        return (TableWriter<TRow>)writer.Writer;
    }

    public override void Count(string name, long amount) => counts[name] = counts.GetValueOrDefault(name) + amount;

    public override void Warn(string message) => Warnings.Add(message);

    public override void Progress(long done, long total, string unit)
    {
    }

    public override void Measure(string name, double value)
    {
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    private string FileOf(Type row) => folder.File($"{runs}-{row.Name}.parquet");
}

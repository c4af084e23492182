using System.Globalization;
using System.Security.Cryptography;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>A shard at work: its tables grow in a scratch folder and are published when the stage returns.</summary>
internal sealed class RunningShard(IObjectStore store, RunPlan plan, Stage stage, int shard, Action<long, long, string> progress)
    : ShardContext, IDisposable
{
    private readonly PlannedStage planned = plan[stage.Id];
    private readonly HashSet<string> inputs = [.. stage.Inputs.Select(input => input.Stage.Id)];
    private readonly string folder = store.CreateScratchFolder();
    private readonly Dictionary<Type, OpenTable> tables = [];
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, double> measures = new(StringComparer.Ordinal);
    private readonly List<string> warnings = [];
    private string? scratch;

    public override int Shard => shard;

    public override int ShardCount => planned.ShardCount;

    public IReadOnlyDictionary<string, double> Measures => measures;

    public override string ScratchFolder => scratch ??= Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName;

    public override ItemCache Cache { get; } = new(store);

    public override ArtifactReader Input(Stage input)
    {
        if (!inputs.Contains(input.Id))
        {
            throw new InvalidOperationException($"Stage '{stage.Id}' does not declare '{input.Id}' as an input.");
        }

        return new ArtifactReader(store, input.Name, plan[input.Id].Key);
    }

    public override TableWriter<TRow> Table<TRow>()
        => (TableWriter<TRow>)(tables.TryGetValue(typeof(TRow), out var open) ? open : Open<TRow>()).Writer;

    public override void Count(string name, long amount) => counts[name] = counts.GetValueOrDefault(name) + amount;

    public override void Warn(string message) => warnings.Add(message);

    public override void Progress(long done, long total, string unit) => progress(done, total, unit);

    public override void Measure(string name, double value) => measures[name] = measures.GetValueOrDefault(name) + value;

    /// <summary>Publishes every part, then the completion record.</summary>
    public CompletionRecord Publish()
    {
        PartRecord[] parts = [.. stage.Tables.Select(PublishPart)];

        // Crash here: all parts are there, no record -> the shard runs again and finds its own bytes.
        var record = new CompletionRecord(shard, parts, counts, warnings);
        store.PutIfAbsent(ArtifactPaths.Completion(planned.Stage, planned.Key, shard), ArtifactJson.Serialize(record));
        return record;
    }

    public void Dispose()
    {
        foreach (var table in tables.Values)
        {
            table.Writer.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private PartRecord PublishPart(Type rowType)
    {
        // A table the shard never opened still gets a part: every table then has one part a shard.
        var table = tables.TryGetValue(rowType, out var open)
            ? open
            : (OpenTable)typeof(RunningShard).GetMethod(nameof(Open), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!
                .MakeGenericMethod(rowType).Invoke(this, null)!;
        table.Complete();
        var name = PipelineGraph.TableName(rowType);
        var path = ArtifactPaths.Part(planned.Stage, planned.Key, name, shard);
        using (var content = File.OpenRead(table.File))
        {
            var part = new PartRecord(name, shard, path, table.RowCount(), content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

            // Crash before or after this: some parts are there, no record -> the shard runs again and finds its own bytes.
            store.PutIfAbsent(path, table.File);
            return part;
        }
    }

    private OpenTable Open<TRow>()
        where TRow : class
    {
        if (!stage.Tables.Contains(typeof(TRow)))
        {
            throw new InvalidOperationException($"Stage '{stage.Name}' does not declare table {typeof(TRow).Name}.");
        }

        var file = Path.Combine(folder, PipelineGraph.TableName(typeof(TRow)) + ".parquet");
        var writer = new TableWriter<TRow>(file, new Dictionary<string, string>
        {
            ["artifact_key"] = planned.Key,
            ["stage"] = planned.Stage,
            ["stage_version"] = planned.Recipe.StageVersion.ToString(CultureInfo.InvariantCulture),
        });
        return tables[typeof(TRow)] = new OpenTable(file, writer, writer.Complete, () => writer.RowCount);
    }

    private sealed record OpenTable(string File, IDisposable Writer, Action Complete, Func<long> RowCount);
}

using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Benchmarks;

/// <summary>A shard without a store, for stages that are measured alone.</summary>
internal sealed class BenchmarkShard(string folder) : ShardContext, IDisposable
{
    private readonly Dictionary<Type, (IDisposable Writer, Action Complete)> tables = [];

    public override int Shard => 0;

    public override int ShardCount => 1;

    public override ItemCache Cache => throw new NotSupportedException("The measured stage keeps nothing.");

    public override string ScratchFolder { get; } = Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName;

    public override ArtifactReader Input(Stage stage) => throw new NotSupportedException("The measured stage has no input.");

    public override TableWriter<TRow> Table<TRow>()
    {
        if (!tables.TryGetValue(typeof(TRow), out var table))
        {
            var writer = new TableWriter<TRow>(Path.Combine(folder, typeof(TRow).Name + ".parquet"), new Dictionary<string, string>());
            tables[typeof(TRow)] = table = (writer, writer.Complete);
        }

        return (TableWriter<TRow>)table.Writer;
    }

    public override void Count(string name, long amount) { }

    public override void Warn(string message) { }

    public override void Progress(long done, long total, string unit) { }

    public override void Measure(string name, double value) { }

    public void Complete()
    {
        foreach (var table in tables.Values)
        {
            table.Complete();
        }
    }

    public void Dispose()
    {
        foreach (var table in tables.Values)
        {
            table.Writer.Dispose();
        }
    }
}

using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>The ingest stage run over one file without a store, and the rows it wrote.</summary>
internal sealed class IngestRun
{
    private readonly Dictionary<Type, object> rows = [];

    private IngestRun(IReadOnlyDictionary<string, long> counts) => Counts = counts;

    public IReadOnlyDictionary<string, long> Counts { get; }

    public EvalLogRow Log => Assert.Single(Read<EvalLogRow>());

    public IReadOnlyList<AgentRunRow> Runs => Read<AgentRunRow>();

    public IReadOnlyList<TranscriptRow> Transcripts => Read<TranscriptRow>();

    public IReadOnlyList<BlockRow> Blocks => Read<BlockRow>();

    public IReadOnlyList<ToolCallRow> Calls => Read<ToolCallRow>();

    public IReadOnlyList<QuarantineRow> Quarantine => Read<QuarantineRow>();

    /// <summary>Blocks of the main conversation of one run.</summary>
    public IReadOnlyList<BlockRow> MainBlocks(int run) => [.. Blocks.Where(block => block.RunOrdinal == run && block.TranscriptOrdinal == 0)];

    public IReadOnlyList<TRow> Read<TRow>()
        where TRow : class
        => (IReadOnlyList<TRow>)rows[typeof(TRow)];

    /// <summary>Only counts, of samples and of rows of a table.</summary>
    /// <param name="path">The log.</param>
    /// <param name="complete">Whether the tables are completed and made durable, which takes most of the time of a small log.</param>
    public static (IReadOnlyDictionary<string, long> Counts, long Runs, long Quarantine) CountsOf(string path, bool complete = false)
    {
        using var folder = new TemporaryFolder();
        using var shard = new OneShard(folder);
        new IngestStage(HashedFile.Of(path, TimeProvider.System), new IngestLimits(), TimeProvider.System).RunShard(shard, CancellationToken.None);
        if (complete)
        {
            shard.Complete();
        }

        return (shard.Counts, shard.Table<AgentRunRow>().RowCount, shard.Table<QuarantineRow>().RowCount);
    }

    public static IngestRun Of(byte[] file, IngestLimits? limits = null)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log");
        File.WriteAllBytes(path, file);
        return Of(path, limits);
    }

    public static IngestRun Of(string path, IngestLimits? limits = null, TimeProvider? clock = null)
    {
        using var folder = new TemporaryFolder();
        using var shard = new OneShard(folder);
        new IngestStage(HashedFile.Of(path, TimeProvider.System), limits ?? new IngestLimits(), clock ?? TimeProvider.System).RunShard(shard, CancellationToken.None);
        var run = new IngestRun(shard.Counts);
        shard.Complete();
        shard.Read(run.rows);
        return run;
    }

    private sealed class OneShard(TemporaryFolder folder) : ShardContext, IDisposable
    {
        private readonly Dictionary<Type, (IDisposable Writer, Action Complete, Func<object> Read)> tables = [];

        public Dictionary<string, long> Counts { get; } = [];

        public override int Shard => 0;

        public override int ShardCount => 1;

        public override string ScratchFolder { get; } = Directory.CreateDirectory(folder.File("scratch")).FullName;

        public override ItemCache Cache => throw new NotSupportedException("Ingest caches nothing.");

        public override ArtifactReader Input(Stage stage) => throw new NotSupportedException("Ingest has no input.");

        public override TableWriter<TRow> Table<TRow>()
        {
            if (!tables.TryGetValue(typeof(TRow), out var table))
            {
                var file = folder.File(typeof(TRow).Name + ".parquet");
                var writer = new TableWriter<TRow>(file, new Dictionary<string, string>());
                table = (writer, writer.Complete, () =>
                {
                    using var stream = File.OpenRead(file);
                    return TableReader.Read<TRow>(stream, file).ToList();
                }
                );
                tables[typeof(TRow)] = table;
            }

            return (TableWriter<TRow>)table.Writer;
        }

        public override void Count(string name, long amount) => Counts[name] = Counts.GetValueOrDefault(name) + amount;

        public override void Warn(string message) => Assert.NotEmpty(message);

        public override void Progress(long done, long total, string unit) => Assert.InRange(done, 0, total);

        public override void Measure(string name, double value) => Assert.NotEmpty(name);

        public void Complete()
        {
            foreach (var table in tables.Values)
            {
                table.Complete();
            }
        }

        public void Read(Dictionary<Type, object> rows)
        {
            foreach (var (type, table) in tables)
            {
                rows[type] = table.Read();
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
}

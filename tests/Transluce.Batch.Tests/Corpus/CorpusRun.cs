using System.Collections.Concurrent;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Corpus;

/// <summary>The corpus stage run without a store: what one shard wrote, counted and warned of.</summary>
internal sealed class CorpusRun
{
    private static readonly ConcurrentDictionary<string, ModelTokenizer> Tokenizers = new();

    private CorpusRun(Split split, IReadOnlyList<SequenceRow> rows, IReadOnlyDictionary<string, long> counts, IReadOnlyList<string> warnings, byte[] file)
    {
        Split = split;
        Rows = rows;
        Counts = counts;
        Warnings = warnings;
        File = file;
    }

    public Split Split { get; }

    public IReadOnlyList<SequenceRow> Rows { get; }

    public IReadOnlyDictionary<string, long> Counts { get; }

    public IReadOnlyList<string> Warnings { get; }

    public byte[] File { get; }

    public static CorpusRun Of(CorpusOptions options, Split split, string? modelFolder = null) => Of(CreateStage(options, modelFolder ?? DemoModel), split);

    /// <summary>Runs a stage that was planned before.</summary>
    public static CorpusRun Of(TokenizeCorpusStage stage, Split split)
    {
        using var folder = new TemporaryFolder();
        using var shard = new OneShard(folder, (int)split);
        stage.RunShard(shard, CancellationToken.None);
        var file = shard.Complete();
        using var stream = System.IO.File.OpenRead(file);
        return new CorpusRun(split, [.. TableReader.Read<SequenceRow>(stream, file)], shard.Counts, shard.Warnings, System.IO.File.ReadAllBytes(file));
    }

    public static IReadOnlyList<CorpusRun> OfAll(CorpusOptions options) => [.. Enum.GetValues<Split>().Select(split => Of(options, split))];

    public static string DemoModel => Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "model");

    public static TokenizeCorpusStage CreateStage(CorpusOptions options, string modelFolder)
    {
        var sources = ResolvedSource.Resolve(options.Sources, "/");
        return new TokenizeCorpusStage(options, sources, () => Tokenizers.GetOrAdd(modelFolder, folder => ModelTokenizer.Load(folder)), [], ResolvedSource.Hash(sources, TimeProvider.System), tokenizerSha256: null);
    }

    private sealed class OneShard(TemporaryFolder folder, int shard) : ShardContext, IDisposable
    {
        private TableWriter<SequenceRow>? table;

        public Dictionary<string, long> Counts { get; } = [];

        public List<string> Warnings { get; } = [];

        public override int ShardCount => 3;

        public override string ScratchFolder => folder.Path;

        public override ItemCache Cache => throw new NotSupportedException("The corpus stage caches nothing.");

        public override ArtifactReader Input(Stage stage) => throw new NotSupportedException("The corpus stage has no input.");

        public override TableWriter<TRow> Table<TRow>() => (TableWriter<TRow>)(object)(table ??= new TableWriter<SequenceRow>(folder.File("part.parquet"), new Dictionary<string, string>()));

        public override void Count(string name, long amount) => Counts[name] = Counts.GetValueOrDefault(name) + amount;

        public override void Warn(string message) => Warnings.Add(message);

        public override void Progress(long done, long total, string unit) => Assert.InRange(done, 0, total);

        public override void Measure(string name, double value) => Assert.NotEmpty(name);

        public string Complete()
        {
            table!.Complete();
            return folder.File("part.parquet");
        }

        public void Dispose() => table?.Dispose();

        public override int Shard => shard;
    }
}

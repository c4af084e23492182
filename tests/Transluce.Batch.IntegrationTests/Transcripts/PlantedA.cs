using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Transcripts.Chunking;
using Transluce.Batch.Transcripts.Embedding.Onnx;
using Transluce.Batch.Transcripts.Ingestion;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>75 runs with planted problems, written by others in other words than our own suites: read, chunked and embedded once, with the truth beside them.</summary>
public sealed class PlantedA : IDisposable
{
    private readonly Lazy<SuiteShard> shard;

    public PlantedA() => shard = new(Read);

    internal SuiteShard Shard => shard.Value;

    internal IReadOnlyList<SuitePartition> Partitions { get; private set; } = [];

    internal Stage Resolve { get; private set; } = null!;

    internal OnnxModel Model { get; private set; } = null!;

    public IReadOnlyList<PlantedRun> Runs { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Categories { get; private set; } = new Dictionary<string, string>();

    public void Dispose()
    {
        if (shard.IsValueCreated)
        {
            shard.Value.Dispose();
        }
    }

    private SuiteShard Read()
    {
        var folder = SharedData.Require("data/eval-logs/generated/planted-a");
        Model = new OnnxModel(SharedData.Require("models/minilm-onnx"), new OnnxOptions { Path = "-", Workers = 2 });
        var made = new SuiteShard();
        Partitions = SuitePartition.InOrder(Directory.GetFiles(folder, "*.eval").Select(file => Partition(made, file)));
        made.Run(new ResolveStage(Partitions));
        Resolve = made.Given(new GivenRowsStage("resolve", GivenRowsStage.Rows(made.Rows<SampleProvenanceRow>())));
        ReadTruth(made, Path.Combine(folder, "truth.json"));
        return made;
    }

    private SuitePartition Partition(SuiteShard made, string file)
    {
        var hashed = HashedFile.Of(file, TimeProvider.System);
        var ingest = new IngestStage(hashed, new IngestLimits(), TimeProvider.System);
        var chunk = new ChunkStage(ingest, new ChunkOptions());
        var embed = new Batch.Transcripts.Embedding.EmbedStage(chunk, Model);
        made.Given([ingest, chunk, embed]);
        return new SuitePartition(hashed.Sha256, ingest, chunk, embed);
    }

    private void ReadTruth(SuiteShard made, string file)
    {
        using var truth = JsonDocument.Parse(File.ReadAllBytes(file));
        Categories = truth.RootElement.GetProperty("categories").EnumerateObject().Where(c => c.Name != "clean").ToDictionary(c => c.Name, c => c.Value.GetString()!);
        var rows = Partitions.SelectMany(p => made.Input(p.Ingest).Read<AgentRunRow>()).ToDictionary(row => row.AgentRunId);
        Runs = [.. truth.RootElement.GetProperty("runs").EnumerateArray().Select(run =>
        {
            var row = rows[run.GetProperty("uuid").GetString()!];
            return new PlantedRun(row.AgentRunId, run.GetProperty("category").GetString()!, row.MessageCount, row.PrimaryScore, [.. run.GetProperty("evidence_blocks").EnumerateArray().Select(b => b.GetInt32())]);
        })];
    }
}

/// <summary>A run and the truth about it.</summary>
public sealed record PlantedRun(string AgentRunId, string Category, int Messages, double? Score, IReadOnlyList<int> EvidenceBlocks)
{
    public bool Planted => Category != "clean";
}

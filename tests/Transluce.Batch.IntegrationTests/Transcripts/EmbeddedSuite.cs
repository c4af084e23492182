using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Transcripts.Chunking;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Embedding.Lsa;
using Transluce.Batch.Transcripts.Embedding.Onnx;
using Transluce.Batch.Transcripts.Ingestion;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>A folder of logs with a truth beside it, read, chunked and embedded.</summary>
internal sealed class EmbeddedSuite : IDisposable
{
    private readonly SuiteShard shard = new();
    private readonly List<SuitePartition> partitions = [];
    private readonly Dictionary<string, (string Category, HashSet<int> Evidence)> truth = new(StringComparer.Ordinal);
    private readonly Stage resolve;

    public EmbeddedSuite(string folder, bool onnx)
    {
        var chunked = Directory.GetFiles(folder, "*.eval").Order(StringComparer.Ordinal).Select(Chunked).ToArray();
        EmbeddingModel model = onnx ? new OnnxModel(SharedData.Require("models/minilm-onnx"), new OnnxOptions { Path = "-", Workers = 2 }) : Fitted([.. chunked.Select(log => log.Chunk)]);
        foreach (var (sha, ingest, chunk) in chunked)
        {
            var embed = new EmbedStage(chunk, model);
            shard.Run(embed);
            shard.Keep(embed, GivenRowsStage.Rows(shard.Rows<EmbeddingRow>()));
            partitions.Add(new SuitePartition(sha, ingest, chunk, embed));
        }

        partitions = [.. SuitePartition.InOrder(partitions)];
        resolve = new ResolveStage(partitions);
        shard.Run(resolve);
        shard.Keep(resolve, GivenRowsStage.Rows(shard.Rows<SampleProvenanceRow>()));
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "truth.json")));
        foreach (var run in document.RootElement.GetProperty("runs").EnumerateArray())
        {
            truth.Add(run.GetProperty("uuid").GetString()!, (run.GetProperty("category").GetString()!, [.. run.GetProperty("evidence_blocks").EnumerateArray().Select(block => block.GetInt32())]));
        }
    }

    /// <summary>Runs and their categories.</summary>
    public (VectorTable Vectors, int[] Truth) Runs()
    {
        var items = Items(ClusterUnit.Run);
        return (items.Vectors, Labels(items.Items.Select(item => truth[item.AgentRunId].Category)));
    }

    /// <summary>Chunks that hold a block of evidence, and the categories of their runs.</summary>
    public (VectorTable Vectors, int[] Truth) EvidenceChunks()
    {
        var chunks = partitions.SelectMany(partition => shard.Input(partition.Chunk).Read<ChunkRow>()).ToDictionary(chunk => chunk.ChunkId);
        var items = Items(ClusterUnit.Chunk);
        int[] rows = [.. Enumerable.Range(0, items.Items.Count).Where(row => Shows(chunks[items.Items[row].ItemId]))];
        return (new VectorTable([.. rows.SelectMany(row => items.Vectors[row].ToArray())], items.Vectors.Dimensions), Labels(rows.Select(row => truth[items.Items[row].AgentRunId].Category)));

        bool Shows(ChunkRow chunk) => Enumerable.Range(chunk.StartBlock, chunk.EndBlock - chunk.StartBlock + 1).Any(truth[chunk.AgentRunId].Evidence.Contains);
    }

    public void Dispose() => shard.Dispose();

    private ClusterItems Items(ClusterUnit unit) => new ItemReader(shard, partitions).Read(PickedRun.Read(shard, resolve, partitions), unit, CancellationToken.None);

    private (string Sha, Stage Ingest, Stage Chunk) Chunked(string file)
    {
        var hashed = HashedFile.Of(file, TimeProvider.System);
        var ingest = new IngestStage(hashed, new IngestLimits(), TimeProvider.System);
        var chunk = new ChunkStage(ingest, new ChunkOptions());
        shard.Given([ingest, chunk]);
        return (hashed.Sha256, ingest, chunk);
    }

    private LsaModel Fitted(IReadOnlyList<Stage> chunks)
    {
        var fit = new LsaFitStage(chunks, new LsaOptions());
        shard.Run(fit);
        shard.Keep(fit, GivenRowsStage.Rows(shard.Rows<LsaFeatureRow>()));
        return new LsaModel(fit);
    }

    private static int[] Labels(IEnumerable<string> categories)
    {
        var numbers = new Dictionary<string, int>();
        return [.. categories.Select(category => numbers.TryGetValue(category, out var number) ? number : numbers[category] = numbers.Count)];
    }
}

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
using Transluce.Batch.Transcripts.Questions;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>A folder of logs with a truth beside it, read, chunked and embedded.</summary>
internal sealed class EmbeddedSuite : IDisposable
{
    private readonly SuiteShard shard = new();
    private readonly List<SuitePartition> partitions = [];
    private readonly Dictionary<string, (string Category, HashSet<int> Evidence)> truth = new(StringComparer.Ordinal);
    private readonly Stage resolve;
    private readonly EmbeddingModel model;

    /// <param name="folder">Logs and truth.json.</param>
    /// <param name="lsa">Null: vectors by <c>onnx</c>.</param>
    public EmbeddedSuite(string folder, LsaOptions? lsa)
    {
        var chunked = Directory.GetFiles(folder, "*.eval").Order(StringComparer.Ordinal).Select(Chunked).ToArray();
        model = lsa is null ? new OnnxModel(SharedData.Require("models/minilm-onnx"), new OnnxOptions { Path = "-", Workers = 2 }) : Fitted([.. chunked.Select(log => log.Chunk)], lsa);
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

    /// <summary>Share of a category's runs, of the first ones that there is room for, among the first candidates of a question about it.</summary>
    public double Recall(IReadOnlyList<(string Category, string Text)> questions, QuestionOptions options, int first)
    {
        shard.Run(new QuestionStage(partitions, resolve, model, [.. questions.Select(q => new Question { Id = q.Category, Text = q.Text })], options));
        var found = shard.Rows<QuestionCandidateRow>().ToLookup(row => row.QuestionId);
        return questions.Average(question =>
        {
            var relevant = truth.Count(run => run.Value.Category == question.Category);
            return found[question.Category].Take(first).Count(row => truth[row.AgentRunId].Category == question.Category) / (double)Math.Min(first, relevant);
        });
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

    private LsaModel Fitted(IReadOnlyList<Stage> chunks, LsaOptions options)
    {
        var fit = new LsaFitStage(chunks, options);
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

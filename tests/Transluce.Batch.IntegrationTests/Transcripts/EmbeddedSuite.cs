using System.Globalization;
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
    private readonly EmbeddingModel model;
    private readonly Dictionary<string, PlantedRun> truth;

    /// <param name="folder">Logs and truth.json.</param>
    /// <param name="lsa">Null: vectors by <c>onnx</c>.</param>
    public EmbeddedSuite(string folder, LsaOptions? lsa)
    {
        var chunked = Directory.GetFiles(folder, "*.eval").Order(StringComparer.Ordinal).Select(Chunked).ToArray();
        model = lsa is null ? new OnnxModel(SharedData.Require("models/minilm-onnx"), new OnnxOptions { Path = "-", Workers = 2 }) : Fitted([.. chunked.Select(log => log.Chunk)], lsa);
        Partitions = SuitePartition.InOrder(chunked.Select(log => Embedded(log.Sha, log.Ingest, log.Chunk)));
        Resolve = new ResolveStage(Partitions);
        Shard.Run(Resolve);
        Shard.Keep(Resolve, GivenRowsStage.Rows(Shard.Rows<SampleProvenanceRow>()));
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "truth.json")));
        Categories = document.RootElement.GetProperty("categories").EnumerateObject().Where(c => PlantedRun.IsProblem(c.Name)).Select(c => (c.Name, c.Value.GetString()!)).ToList();
        Runs = ReadTruth(document.RootElement.GetProperty("runs"));
        truth = Runs.ToDictionary(run => run.AgentRunId, StringComparer.Ordinal);
    }

    public SuiteShard Shard { get; } = new();

    public IReadOnlyList<SuitePartition> Partitions { get; }

    public Stage Resolve { get; }

    public IReadOnlyList<PlantedRun> Runs { get; }

    /// <summary>The problems planted, and what they are in words.</summary>
    public IReadOnlyList<(string Category, string Text)> Categories { get; }

    /// <summary>Runs and their categories.</summary>
    public (VectorTable Vectors, int[] Truth) RunVectors()
    {
        var items = Items(ClusterUnit.Run);
        return (items.Vectors, Labels(items.Items.Select(item => truth[item.AgentRunId].Category)));
    }

    /// <summary>Chunks that hold a block of evidence, and the categories of their runs.</summary>
    public (VectorTable Vectors, int[] Truth) EvidenceChunks()
    {
        var chunks = Partitions.SelectMany(partition => Shard.Input(partition.Chunk).Read<ChunkRow>()).ToDictionary(chunk => chunk.ChunkId);
        var items = Items(ClusterUnit.Chunk);
        int[] rows = [.. Enumerable.Range(0, items.Items.Count).Where(row => Shows(chunks[items.Items[row].ItemId]))];
        return (new VectorTable([.. rows.SelectMany(row => items.Vectors[row].ToArray())], items.Vectors.Dimensions), Labels(rows.Select(row => truth[items.Items[row].AgentRunId].Category)));

        bool Shows(ChunkRow chunk) => Enumerable.Range(chunk.StartBlock, chunk.EndBlock - chunk.StartBlock + 1).Any(truth[chunk.AgentRunId].EvidenceBlocks.Contains);
    }

    /// <summary>For each question, how many runs of its category are among the first candidates.</summary>
    public IReadOnlyList<QuestionRecall> Recall(IEnumerable<(string Category, string Text)> questions, QuestionOptions options, int first)
    {
        var asked = questions.Select((q, number) => (q.Category, Question: new Question { Id = number.ToString("00", CultureInfo.InvariantCulture), Text = q.Text })).ToList();
        Shard.Run(new QuestionStage(Partitions, Resolve, model, [.. asked.Select(a => a.Question)], options));
        var found = Shard.Rows<QuestionCandidateRow>().ToLookup(row => row.QuestionId);
        return [.. asked.Select(a =>
        {
            var relevant = Runs.Count(run => run.Category == a.Category);
            var hits = found[a.Question.Id].Take(first).Count(row => truth[row.AgentRunId].Category == a.Category);
            return new QuestionRecall(a.Category, a.Question.Text, relevant, hits / (double)Math.Min(first, relevant));
        })];
    }

    public void Dispose() => Shard.Dispose();

    private ClusterItems Items(ClusterUnit unit) => new ItemReader(Shard, Partitions).Read(PickedRun.Read(Shard, Resolve, Partitions), unit, CancellationToken.None);

    private (string Sha, Stage Ingest, Stage Chunk) Chunked(string file)
    {
        var hashed = HashedFile.Of(file, TimeProvider.System);
        var ingest = new IngestStage(hashed, new IngestLimits(), TimeProvider.System);
        var chunk = new ChunkStage(ingest, new ChunkOptions());
        Shard.Given([ingest, chunk]);
        return (hashed.Sha256, ingest, chunk);
    }

    private SuitePartition Embedded(string sha, Stage ingest, Stage chunk)
    {
        var embed = new EmbedStage(chunk, model);
        Shard.Run(embed);
        Shard.Keep(embed, GivenRowsStage.Rows(Shard.Rows<EmbeddingRow>()));
        return new SuitePartition(sha, ingest, chunk, embed);
    }

    private IReadOnlyList<PlantedRun> ReadTruth(JsonElement runs)
    {
        var rows = Partitions.SelectMany(partition => Shard.Input(partition.Ingest).Read<AgentRunRow>()).ToDictionary(row => row.AgentRunId, StringComparer.Ordinal);
        return [.. runs.EnumerateArray().Select(run =>
        {
            var row = rows[run.GetProperty("uuid").GetString()!];
            return new PlantedRun(row.AgentRunId, run.GetProperty("category").GetString()!, row.MessageCount, row.PrimaryScore, [.. run.GetProperty("evidence_blocks").EnumerateArray().Select(block => block.GetInt32())]);
        })];
    }

    private LsaModel Fitted(IReadOnlyList<Stage> chunks, LsaOptions options)
    {
        var fit = new LsaFitStage(chunks, options);
        Shard.Run(fit);
        Shard.Keep(fit, GivenRowsStage.Rows(Shard.Rows<LsaFeatureRow>()));
        return new LsaModel(fit);
    }

    private static int[] Labels(IEnumerable<string> categories)
    {
        var numbers = new Dictionary<string, int>();
        return [.. categories.Select(category => numbers.TryGetValue(category, out var number) ? number : numbers[category] = numbers.Count)];
    }
}

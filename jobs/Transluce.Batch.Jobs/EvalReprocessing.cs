using System.Globalization;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Chunking;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Embedding.Lsa;
using Transluce.Batch.Transcripts.Embedding.Onnx;
using Transluce.Batch.Transcripts.Embedding.OpenAi;
using Transluce.Batch.Transcripts.Ingestion;
using Transluce.Batch.Transcripts.Labelling;
using Transluce.Batch.Transcripts.Questions;
using Transluce.Batch.Transcripts.Resolving;
using Transluce.Batch.Transcripts.Surprises;

namespace Transluce.Batch.Jobs;

/// <summary>The job that reads eval logs, as a table of its stages.</summary>
internal static class EvalReprocessing
{
    public const string Name = "eval-reprocessing";

    /// <param name="config">Resolved: the files are listed, the model's logs are named.</param>
    /// <param name="clock">For the deadline of reading.</param>
    public static IReadOnlyList<Stage> Stages(EvalReprocessingConfig config, TimeProvider clock)
    {
        var logs = config.Suite.Files.Where(file => file.IsLog).OrderBy(file => file.Sha256, StringComparer.Ordinal).ToArray();
        var ingests = Array.ConvertAll(logs, log => new IngestStage(FileOf(config, log), config.Ingest.ToLimits(), clock));
        var chunks = Array.ConvertAll(ingests, ingest => new ChunkStage(ingest, config.Chunk));
        var fit = config.Embed.Provider == EmbeddingProviderKind.Lsa ? Fit(config, logs, chunks) : null;
        EmbeddingModel model = config.Embed.Provider switch
        {
            EmbeddingProviderKind.Lsa => new LsaModel(fit!),
            EmbeddingProviderKind.Onnx => new OnnxModel(config.Embed.Onnx!.Path, config.Embed.Onnx),
            _ => new OpenAiModel(config.Embed.Openai!, clock),
        };
        var embeds = Array.ConvertAll(chunks, chunk => new EmbedStage(chunk, model));
        SuitePartition[] partitions = [.. logs.Select((log, i) => new SuitePartition(log.Sha256, ingests[i], chunks[i], embeds[i]))];

        var files = new SuiteFilesStage([.. config.Suite.Files.Select(file => new SuiteFile(file.Sha256, file.Names, file.Bytes, ingests.FirstOrDefault(ingest => ingest.Partition == file.Sha256)))]);
        var resolve = new ResolveStage(partitions);
        var cluster = new ClusterStage(partitions, resolve, config.Cluster, config.Baseline == "none" ? null : config.Baseline, Environment.ProcessorCount);
        var label = new LabelStage(partitions, resolve, cluster, config.Label);
        var question = new QuestionStage(partitions, resolve, model, config.Questions, config.Search);
        var surprise = new SurpriseStage(partitions, resolve);
        Stage[] fits = fit is null ? [] : [fit];
        Stage[] reads = config.Reading is { } reading && config.Questions.Count > 0 ? [new ReadStage(partitions, resolve, question, model, config.Questions, reading.Chat, reading.Candidates)] : [];
        return [.. ingests, .. chunks, .. fits, .. embeds, files, resolve, cluster, label, question, .. reads, surprise];
    }

    private static LsaFitStage Fit(EvalReprocessingConfig config, PlannedLog[] logs, ChunkStage[] chunks)
    {
        var wanted = config.Embed.FittedOn.ToHashSet(StringComparer.Ordinal);
        return new LsaFitStage([.. chunks.Where((_, i) => wanted.Contains(logs[i].Sha256))], config.Embed.Lsa);
    }

    private static HashedFile FileOf(EvalReprocessingConfig config, PlannedLog log) =>
        new(
            File.Exists(config.Suite.Path) ? config.Suite.Path : Path.Combine(config.Suite.Path, log.Names[0]),
            log.Sha256,
            log.Bytes,
            DateTime.TryParseExact(log.Modified, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var modified) ? modified : null);
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Chunking;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Embedding.Lsa;
using Transluce.Batch.Transcripts.Embedding.Onnx;
using Transluce.Batch.Transcripts.Embedding.OpenAi;
using Transluce.Batch.Transcripts.Ingestion;
using Transluce.Batch.Transcripts.Labelling;
using Transluce.Batch.Transcripts.Questions;

namespace Transluce.Batch.Transcripts;

/// <summary>Everything a run over a suite of eval logs can be told. One YAML file holds it; every default stands here and nowhere else.</summary>
public sealed record EvalReprocessingConfig : IValidatableObject
{
    [Description("What this file configures; always 'eval-reprocessing'.")]
    [RegularExpression("eval-reprocessing", ErrorMessage = "'eval-reprocessing'")]
    public required string Job { get; init; }

    [Description("Folder of the artifact store, relative to the working directory.")]
    public string Store { get; init; } = "store";

    [Description("The logs.")]
    public required SuiteOptions Suite { get; init; }

    [Description("What one log may cost.")]
    public IngestOptions Ingest { get; init; } = new();

    [Description("How transcripts are cut into passages.")]
    public ChunkOptions Chunk { get; init; } = new();

    [Description("How passages become vectors.")]
    public EmbedOptions Embed { get; init; } = new();

    [Description("How passages are grouped.")]
    public ClusterOptions Cluster { get; init; } = new();

    [Description("Key of an earlier clustering in the same store whose cluster ids persist, or 'none'.")]
    [RegularExpression("none|[0-9a-f]{64}", ErrorMessage = "'none' or the 64 hex digits of a key, as 'artifacts list' shows it")]
    public string Baseline { get; init; } = "none";

    [Description("How groups are named.")]
    public LabelOptions Label { get; init; } = new();

    [Description("Questions asked of the suite.")]
    public IReadOnlyList<Question> Questions { get; init; } = [];

    [Description("How the suite is searched for them.")]
    public QuestionOptions Search { get; init; } = new();

    [Description("A chat model that reads what the search left of each question; left out, the ranked candidates are all there is.")]
    public ReadingOptions? Reading { get; init; }

    [Description("Where and how shards run; changes no artifact.")]
    public ExecutionOptions Execution { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Embed.Provider == EmbeddingProviderKind.Onnx && Embed.Onnx is null)
        {
            yield return new("the provider 'onnx' needs a model; expected embed.onnx.path with a sentence-transformers folder", ["embed.onnx"]);
        }

        if (Embed.Provider == EmbeddingProviderKind.OpenAi && Embed.Openai is null)
        {
            yield return new("the provider 'openai' needs a service; expected embed.openai.endpoint and embed.openai.model", ["embed.openai"]);
        }

        if (Label.Chat is not null && Label.Shown > Cluster.Outside)
        {
            yield return new($"{Label.Shown} items outside are to be shown, but {Cluster.Outside} are kept of each cluster; raise cluster.outside or lower label.shown", ["label.shown"]);
        }

        if (Reading is { } reading && reading.Candidates > Search.Candidates)
        {
            yield return new($"{reading.Candidates} candidates are to be read, but {Search.Candidates} are searched for; raise search.candidates or lower reading.candidates", ["reading.candidates"]);
        }

        var repeated = Questions.GroupBy(question => question.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
        {
            yield return new($"{repeated.Count()} questions have the id '{repeated.Key}'; expected one each", ["questions"]);
        }
    }
}

/// <summary>The logs of a suite.</summary>
public sealed record SuiteOptions
{
    [Description("Folder of eval logs, or one log, relative to this file. What is a log is decided by what is in it, never by its name.")]
    public required string Path { get; init; }

    [Description("What the suite is called; the folder's name where left out.")]
    public string? Name { get; init; }

    [Description("The files found, by content. Filled in when a run is planned; not to be written by hand.")]
    public IReadOnlyList<PlannedLog> Files { get; init; } = [];
}

/// <summary>A file of a planned suite.</summary>
public sealed record PlannedLog
{
    [Description("SHA-256 of its content.")]
    public required string Sha256 { get; init; }

    [Description("Where copies of it lie below the folder.")]
    public required IReadOnlyList<string> Names { get; init; }

    [Description("Its length.")]
    public required long Bytes { get; init; }

    [Description("When the first copy was last written to, UTC; null where that was just before the run was planned.")]
    public string? Modified { get; init; }

    [Description("Whether it was recognised as a log.")]
    public required bool IsLog { get; init; }
}

/// <summary>What one log may cost. Logs are hostile: what they hold is capped, never the ratio of packed to unpacked.</summary>
public sealed record IngestOptions
{
    [Description("Decompressed bytes of one entry of an archive, or of one JSON file.")]
    [Range(1L << 20, 1L << 50)]
    public long EntryBytes { get; init; } = 16L << 30;

    [Description("Decompressed bytes of all entries of one archive.")]
    [Range(1L << 20, 1L << 50)]
    public long FileBytes { get; init; } = 256L << 30;

    [Description("Seconds in which not even one mebibyte is read before a log is given up.")]
    [Range(1, 86_400)]
    public int ProgressSeconds { get; init; } = 60;

    /// <summary>As the stage takes them.</summary>
    public IngestLimits ToLimits() => new() { EntryBytes = EntryBytes, FileBytes = FileBytes, ProgressDeadline = TimeSpan.FromSeconds(ProgressSeconds) };
}

/// <summary>What makes vectors.</summary>
public enum EmbeddingProviderKind
{
    /// <summary>Latent semantic analysis, learnt from the suite.</summary>
    Lsa,

    /// <summary>A sentence-transformers model on the CPU.</summary>
    Onnx,

    /// <summary>An embeddings service.</summary>
    [JsonStringEnumMemberName("openai")]
    OpenAi,
}

/// <summary>How passages become vectors.</summary>
public sealed record EmbedOptions
{
    [Description("'lsa' learns from the suite itself; 'onnx' runs a sentence-transformers model on the CPU; 'openai' asks a service.")]
    public EmbeddingProviderKind Provider { get; init; } = EmbeddingProviderKind.Lsa;

    [Description("For provider 'lsa'.")]
    public LsaOptions Lsa { get; init; } = new();

    [Description("For provider 'lsa': learn anew from every log there is. Otherwise the model of the suite's latest run stays, logs that came since are projected through it, and it is learnt anew only when it does not know more than unseenLimit of their words.")]
    public bool Refit { get; init; }

    [Description("For provider 'lsa': share of unknown words above which the model is learnt anew.")]
    [Range(0.0, 1.0)]
    public double UnseenLimit { get; init; } = 0.2;

    [Description("For provider 'lsa': SHA-256 of the logs the model is learnt from. Filled in when a run is planned; not to be written by hand.")]
    public IReadOnlyList<string> FittedOn { get; init; } = [];

    [Description("For provider 'onnx'.")]
    public OnnxOptions? Onnx { get; init; }

    [Description("For provider 'openai'.")]
    public OpenAiOptions? Openai { get; init; }
}

/// <summary>How candidates are read.</summary>
public sealed record ReadingOptions
{
    [Description("The chat model.")]
    public required ChatOptions Chat { get; init; }

    [Description("Candidates read per question, best first.")]
    [Range(1, 10_000)]
    public int Candidates { get; init; } = 20;
}

using System.Globalization;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Jobs;

/// <summary>The job over eval logs, ready to run.</summary>
internal sealed class TranscriptJob : PreparedJob
{
    private const int FilesShown = 5;

    private readonly EvalReprocessingConfig config;

    private TranscriptJob(EvalReprocessingConfig config)
        : base(EvalReprocessing.Name, EvalReprocessing.Stages(config, TimeProvider.System))
    {
        this.config = config;
    }

    public override string Store => config.Store;

    public override int Parallelism => config.Execution.Parallelism;

    public override JsonObject Config => ConfigurationReader.ToJson(config);

    public override string Summary
    {
        get
        {
            var logs = config.Suite.Files.Count(file => file.IsLog);
            var others = config.Suite.Files.Count - logs;
            var size = Quantity.Bytes(config.Suite.Files.Where(file => file.IsLog).Sum(file => (double)file.Bytes));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"suite {InertText.Of(config.Suite.Name ?? "")}, {logs} logs ({size}){(others > 0 ? $", {others} files that are no logs" : "")}, vectors by {config.Embed.Provider.ToString().ToLowerInvariant()}");
        }
    }

    /// <inheritdoc cref="PreparedJob.Read"/>
    public static new TranscriptJob Read(string yamlFile)
    {
        var file = ConfigurationReader.Read<EvalReprocessingConfig>(yamlFile);
        var folder = Path.GetDirectoryName(Path.GetFullPath(yamlFile))!;
        var config = file.Value;
        var suite = Path.GetFullPath(config.Suite.Path, folder);
        var files = Blame(file, "suite.path", () => SuiteFolder.List(suite, TimeProvider.System, CancellationToken.None));
        config = config with
        {
            Suite = config.Suite with
            {
                Path = suite,
                Name = config.Suite.Name ?? Path.GetFileName(suite.TrimEnd('/')),
                Files = [.. files.Select(found => Planned(found, config.Ingest.ToLimits()))],
            },
            Embed = config.Embed with { Onnx = config.Embed.Onnx is { } onnx ? onnx with { Path = Blame(file, "embed.onnx.path", () => ModelFolder.Resolve(onnx.Path, folder)) } : null },
        };
        if (!config.Suite.Files.Any(found => found.IsLog))
        {
            throw file.Refuse("suite.path", $"none of the {files.Count} files in '{suite}' is an eval log; expected Inspect logs (.eval or .json), Docent's runs or tau-bench results");
        }

        if (config.Baseline != "none" && Directory.Exists(config.Store))
        {
            using var store = new FileSystemStore(config.Store);
            Blame(file, "baseline", () =>
            {
                ClusterStage.RequireBaseline(store, config.Cluster.Unit, config.Baseline);
                return true;
            });
        }

        config = config with { Embed = config.Embed with { FittedOn = FittedLogs.Choose(config) } };
        return Blame(file, "embed", () => new TranscriptJob(config));
    }

    /// <inheritdoc cref="PreparedJob.OfPlan"/>
    public static TranscriptJob OfPlan(RunPlan plan) => new(ConfigurationReader.Bind<EvalReprocessingConfig>(plan.Config, ArtifactPaths.Plan(plan.RunId)));

    public override double TokensPerSecond() => 0;

    public override IEnumerable<string> Remarks(IObjectStore store, RunPlan plan)
        => config.Embed.Provider == EmbeddingProviderKind.Lsa && FittedLogs.Remark(store, plan, config.Embed.UnseenLimit) is { } remark ? [remark] : [];

    public override IEnumerable<Finding> Check()
    {
        string[] others = [.. config.Suite.Files.Where(file => !file.IsLog).SelectMany(file => file.Names).Order(StringComparer.Ordinal)];
        var shown = string.Join(", ", others.Take(FilesShown).Select(name => InertText.Of(name, 60)));
        yield return others.Length == 0
            ? new Finding(FindingLevel.Fine, "files", "every file of the suite is a log")
            : new Finding(FindingLevel.Fine, "files", $"no logs, left alone: {shown}{(others.Length > FilesShown ? $" and {others.Length - FilesShown} more" : "")}");
    }

    private static PlannedLog Planned(SuiteFolderFile found, IngestLimits limits) => new()
    {
        Sha256 = found.File.Sha256,
        Names = found.Names,
        Bytes = found.File.Bytes,
        Modified = found.File.Modified?.ToString("O", CultureInfo.InvariantCulture),
        IsLog = LogRecognition.IsRead(found.File.Path, limits),
    };

    /// <summary>Lets an error point to the line of the key that led to it.</summary>
    private static T Blame<T>(ConfigurationFile<EvalReprocessingConfig> file, string key, Func<T> resolve)
    {
        try
        {
            return resolve();
        }
        catch (ArtifactException exception)
        {
            throw file.Refuse(key, exception.Message);
        }
    }
}

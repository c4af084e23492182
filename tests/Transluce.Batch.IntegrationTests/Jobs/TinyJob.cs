using System.Diagnostics;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>A tiny random model, or the bundled one, on a few windows of the bundled corpus, in several shards: every stage of a real run in seconds.</summary>
internal sealed class TinyJob : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "transluce-batch.dll");

    private readonly string folder = Directory.CreateTempSubdirectory("tiny-job").FullName;
    private readonly string model;

    /// <param name="bundledModel">Take the bundled model instead of <see cref="TinyModel"/>: minutes instead of moments.</param>
    public TinyJob(bool bundledModel = false)
    {
        model = bundledModel ? Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "model") : Path.Combine(folder, "model");
        if (!bundledModel)
        {
            TinyModel.Write(model);
        }

        Write();
    }

    public string StoreFolder => Path.Combine(folder, "store");

    public string ConfigFile => Path.Combine(folder, "neurons.yaml");

    /// <summary>Run ids, oldest first.</summary>
    public IReadOnlyList<string> Runs => StartedRun.RunsOf(StoreFolder);

    /// <summary>Writes the configuration, with lines added below a section, such as ("explanation", "descriptionEntries: 5").</summary>
    public void Write(params (string Section, string Line)[] changes)
    {
        var demo = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo");
        string Of(string section) => string.Concat(changes.Where(change => change.Section == section).Select(change => $"  {change.Line}\n"));
        File.WriteAllText(ConfigFile, $$"""
            job: neuron-labelling
            store: {{StoreFolder}}
            model:
              path: {{model}}
              dtype: float32
              threads: 1
            corpus:
              sources: [ { path: {{demo}}/corpus/web.jsonl }, { path: {{demo}}/corpus/chat.jsonl } ]
              sequenceLength: 48
              sequences: { train: 96, valid: 32, test: 32 }
              controls: { train: 48, valid: 16, test: 16 }
            exemplars:
              k: 6
              tracedRanks: 6
              batchSize: 8
              blocks: 4
              shards: 2
            scoring:
              exemplars: 5
              controls: 5
              bootstrapResamples: 50
            {{Of("scoring")}}
            explanation:
              layersPerGroup: 2
            {{Of("explanation")}}
            """);
    }

    /// <summary>Runs a verb of the program in a process of its own and waits.</summary>
    public static (int Code, string Output) Start(params string[] arguments)
    {
        using var process = Begin(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    public static Process Begin(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs the job in this process.</summary>
    public RunRecord Run() => StartedRun.ToItsEnd(ConfigFile, StoreFolder);

    public RunRecord LastRecord()
    {
        using var store = new FileSystemStore(StoreFolder);
        return RunRecord.Load(store, Runs[^1]);
    }

    /// <summary>Relative path → content hash and time of the last change, of every file below artifacts/.</summary>
    public SortedDictionary<string, (string Hash, DateTime Written)> ArtifactFiles()
    {
        var root = Path.Combine(StoreFolder, "artifacts");
        return new(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(root, path),
            path => (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))), File.GetLastWriteTimeUtc(path))), StringComparer.Ordinal);
    }

    public IReadOnlyList<string> ArtifactHashes() => [.. ArtifactFiles().Select(pair => $"{pair.Key} {pair.Value.Hash}")];

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

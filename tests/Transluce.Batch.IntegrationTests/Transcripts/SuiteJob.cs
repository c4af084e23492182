using Transluce.Batch.IntegrationTests.Jobs;
using Transluce.Batch.Jobs;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>The job over logs, on copies of those of the bundled suite.</summary>
internal sealed class SuiteJob : IDisposable
{
    public static readonly string Bundled = Path.Combine(SharedData.RepositoryRoot, "pipeline-config", "demo", "transcripts");

    private readonly TemporaryFolder folder = new();

    public SuiteJob(params string[] logs)
    {
        Directory.CreateDirectory(SuiteFolder);
        foreach (var log in logs)
        {
            Add(Path.Combine(Bundled, log));
        }

        Write();
    }

    public string StoreFolder => folder.File("store");

    public string SuiteFolder => folder.File("suite");

    public string ConfigFile => folder.File("transcripts.yaml");

    /// <summary>What the next configuration written clusters.</summary>
    public string Unit { get; init; } = "chunk";

    public IReadOnlyList<string> Runs => StartedRun.RunsOf(StoreFolder);

    public void Add(string log) => File.Copy(log, Path.Combine(SuiteFolder, Path.GetFileName(log)));

    /// <summary>Writes the configuration, with further lines at its end.</summary>
    public void Write(params string[] lines) => Write(refit: false, lines);

    /// <summary>The same, with a clustering that is made anew whatever the baseline.</summary>
    public void Write(bool refit, params string[] lines) => File.WriteAllText(ConfigFile, $$"""
        job: eval-reprocessing
        store: {{StoreFolder}}
        suite: { path: suite, name: tests }
        cluster: { unit: {{Unit}}, most: 12, starts: 2, stabilityPairs: 2, resamples: 50, refit: {{(refit ? "true" : "false")}} }
        questions:
          - { id: environment, text: problems that might be caused by how the environment is set up }
        {{string.Join('\n', lines)}}
        """);

    public RunRecord Run() => StartedRun.ToItsEnd(ConfigFile, StoreFolder);

    /// <summary>What a verb prints about the store.</summary>
    public string Print(params string[] arguments)
    {
        var (code, output) = TinyJob.Start([.. arguments, "--store", StoreFolder]);
        Assert.True(code == ExitCode.Done, output);
        return output;
    }

    /// <summary>"path hash" of every file below artifacts/.</summary>
    public IReadOnlyList<string> ArtifactHashes()
    {
        var root = Path.Combine(StoreFolder, "artifacts");
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(root, path)} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}")];
    }

    public void Dispose() => folder.Dispose();
}

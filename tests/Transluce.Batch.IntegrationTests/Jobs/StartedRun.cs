using System.Diagnostics;
using System.Globalization;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>Runs of a configuration, to their end or to a kill.</summary>
internal static class StartedRun
{
    /// <summary>Runs in this process and returns the record of the store's latest run.</summary>
    public static RunRecord ToItsEnd(string configFile, string storeFolder)
    {
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var interruption = new Interruption(error);
        var terminal = new Terminal(output, error, Colours: false, IsInteractive: false, Width: 120, TimeProvider.System);
        var code = CommandLine.Run(["run", configFile], terminal, interruption);
        Assert.True(code == ExitCode.Done, $"The run ended with {code}: {output}{error}");
        using var store = new FileSystemStore(storeFolder);
        return RunRecord.Load(store, RunsOf(storeFolder)[^1]);
    }

    /// <summary>Run ids, oldest first.</summary>
    public static IReadOnlyList<string> RunsOf(string storeFolder) => [.. Directory.GetDirectories(Path.Combine(storeFolder, "runs")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Starts a process and kills it some time after a stage began.</summary>
    /// <returns>False where the process had ended by itself.</returns>
    public static bool KilledDuring(string configFile, string storeFolder, string stage, TimeSpan delay)
    {
        using var process = TinyJob.Begin("run", configFile);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        while (!process.HasExited && !HasBegun(storeFolder, stage, process))
        {
            Thread.Sleep(2);
        }

        Thread.Sleep(delay);
        var alive = !process.HasExited;
        process.Kill();
        process.WaitForExit();
        Assert.True(process.ExitCode is 0 or 137, $"ended with {process.ExitCode}: {output.Result}{error.Result}");
        return alive && process.ExitCode == 137;
    }

    /// <summary>The stage's first shard writes a line to the events of the process; a stage that takes a file each has the file behind its name.</summary>
    private static bool HasBegun(string storeFolder, string stage, Process process)
    {
        var runs = Path.Combine(storeFolder, "runs");
        return Directory.Exists(runs)
            && Directory.EnumerateFiles(runs, $"events-*-{process.Id}-*.jsonl", SearchOption.AllDirectories).Select(File.ReadAllText)
                .Any(text => text.Contains($"\"stage\":\"{stage}\"", StringComparison.Ordinal) || text.Contains($"\"stage\":\"{stage}@", StringComparison.Ordinal));
    }
}

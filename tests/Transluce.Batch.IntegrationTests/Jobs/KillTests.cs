using System.Diagnostics;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>The promise of resume: whatever moment a process dies at, the next run ends with the bytes of an undisturbed one.</summary>
[Collection(nameof(FinishedJob))]
public sealed class KillTests(FinishedJob finished)
{
    private const int Kills = 50;
    private const int KillsPerStage = 3;
    private const int Attempts = 150;
    private const int Seed = 20_260_402;

    [Fact]
    public void After_a_kill_at_any_moment_of_any_stage_the_artifacts_are_byte_identical()
    {
        var stages = finished.Record.Stages.Select(stage => (stage.Stage, Seconds: Math.Max(0.05, stage.Seconds))).ToArray();

        using var job = new TinyJob();
        var random = new Random(Seed);
        var killedIn = new Dictionary<string, int>();
        bool Enough() => killedIn.Values.Sum() >= Kills && stages.All(stage => killedIn.GetValueOrDefault(stage.Stage) >= KillsPerStage);
        for (var attempt = 0; attempt < Attempts && !Enough(); attempt++)
        {
            // Stages take turns; the one whose turn it is starts anew, and what was finished of the others stays.
            var (stage, seconds) = stages[attempt % stages.Length];
            var artifacts = Path.Combine(job.StoreFolder, "artifacts", stage);
            if (Directory.Exists(artifacts))
            {
                Directory.Delete(artifacts, recursive: true);
            }

            if (KillDuring(job, stage, TimeSpan.FromSeconds(random.NextDouble() * seconds)))
            {
                killedIn[stage] = killedIn.GetValueOrDefault(stage) + 1;
            }
        }

        var (code, output) = TinyJob.Start("run", job.ConfigFile);
        Assert.True(code == ExitCode.Done, output);
        Assert.Equal(finished.Hashes, job.ArtifactHashes());
        var leftOvers = Directory.EnumerateFiles(job.StoreFolder, "*", SearchOption.AllDirectories).Count(file => Path.GetRelativePath(job.StoreFolder, file).Split('/')[0] is not ("artifacts" or "runs"));
        Assert.Equal(0, leftOvers);
        Assert.True(Enough(), $"kills: {string.Join(", ", killedIn)}");
    }

    /// <summary>Starts a run and kills it some time after the stage began.</summary>
    /// <returns>False where the process had ended by itself.</returns>
    private static bool KillDuring(TinyJob job, string stage, TimeSpan delay)
    {
        using var process = TinyJob.Begin("run", job.ConfigFile);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        while (!process.HasExited && !HasBegun(job, stage, process))
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

    /// <summary>The stage's first shard writes a line to the events of this process.</summary>
    private static bool HasBegun(TinyJob job, string stage, Process process)
    {
        var runs = Path.Combine(job.StoreFolder, "runs");
        return Directory.Exists(runs)
            && Directory.EnumerateFiles(runs, $"events-*-{process.Id}-*.jsonl", SearchOption.AllDirectories)
                .Any(file => File.ReadAllText(file).Contains($"\"stage\":\"{stage}\"", StringComparison.Ordinal));
    }
}

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

            if (StartedRun.KilledDuring(job.ConfigFile, job.StoreFolder, stage, TimeSpan.FromSeconds(random.NextDouble() * seconds)))
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
}

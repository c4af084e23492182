using Transluce.Batch.Artifacts;
using Transluce.Batch.IntegrationTests.Jobs;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>Whatever moment a process dies at, the next run ends with the bytes of an undisturbed one.</summary>
public sealed class SuiteKillTests
{
    private const int KillsPerStage = 3;
    private const int Attempts = 150;
    private const string First = "desk-work_model-a.eval";
    private const string Second = "desk-work_model-b.eval";

    [Fact]
    public void After_a_kill_at_any_moment_of_any_stage_the_artifacts_are_byte_identical()
    {
        using var undisturbed = new SuiteJob(First, Second);
        var seconds = undisturbed.Run().Stages.GroupBy(stage => stage.Stage).Select(files => (Stage: files.Key, Seconds: Math.Max(0.05, files.Sum(file => file.Seconds)))).ToArray();

        using var job = new SuiteJob(First, Second);
        var random = new Random(20_261_125);
        var killed = seconds.ToDictionary(stage => stage.Stage, _ => 0);
        for (var attempt = 0; attempt < Attempts && killed.Values.Any(kills => kills < KillsPerStage); attempt++)
        {
            var (stage, length) = seconds[attempt % seconds.Length];
            var artifacts = Path.Combine(job.StoreFolder, "artifacts", stage);
            if (Directory.Exists(artifacts))
            {
                Directory.Delete(artifacts, recursive: true);
            }

            killed[stage] += StartedRun.KilledDuring(job.ConfigFile, job.StoreFolder, stage, TimeSpan.FromSeconds(random.NextDouble() * length)) ? 1 : 0;
        }

        var (code, output) = TinyJob.Start("run", job.ConfigFile);
        Assert.True(code == ExitCode.Done, output);
        Assert.Equal(undisturbed.ArtifactHashes(), job.ArtifactHashes());
        Assert.True(killed.Values.All(kills => kills >= KillsPerStage), $"kills: {string.Join(", ", killed)}");
    }

    [Fact]
    public void Every_shard_in_a_process_of_its_own_gives_the_same_bytes()
    {
        using var whole = new SuiteJob(First, Second);
        whole.Run();
        using var apart = new SuiteJob(First, Second);
        var plan = PreparedJob.Read(apart.ConfigFile).Plan(TimeProvider.System);
        using (var store = new FileSystemStore(apart.StoreFolder))
        {
            plan.Save(store);
        }

        foreach (var stage in plan.Stages)
        {
            var (code, output) = TinyJob.Start("shard", "--store", apart.StoreFolder, "--run", plan.RunId, "--stage", stage.Id, "--shard", "0");
            Assert.True(code == ExitCode.Done, $"{stage.Id} ended with {code}: {output}");
        }

        Assert.Equal(whole.ArtifactHashes(), apart.ArtifactHashes());
    }
}

using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;

namespace Transluce.Batch.IntegrationTests.Jobs;

[Collection(nameof(FinishedJob))]
public sealed class ShardProcessTests
{
    /// <summary>What every executor on other machines relies on.</summary>
    [Fact]
    public void Every_shard_of_the_bundled_model_in_a_process_of_its_own_gives_the_same_bytes()
    {
        using var whole = new TinyJob(bundledModel: true);
        whole.Run();

        using var apart = new TinyJob(bundledModel: true);
        var plan = PreparedJob.Read(apart.ConfigFile).Plan(TimeProvider.System);
        using (var store = new FileSystemStore(apart.StoreFolder))
        {
            plan.Save(store);
        }

        var shards = 0;
        foreach (var stage in plan.Stages)
        {
            // From the last to the first: order must not matter within a stage.
            for (var shard = stage.ShardCount - 1; shard >= 0; shard--)
            {
                var (code, output) = TinyJob.Start("shard", "--store", apart.StoreFolder, "--run", plan.RunId, "--stage", stage.Stage, "--shard", $"{shard}");
                Assert.True(code == ExitCode.Done, $"{stage.Stage} {shard} ended with {code}: {output}");
                shards++;
            }
        }

        Assert.InRange(shards, plan.Stages.Count + 1, 100);
        Assert.Equal(whole.ArtifactHashes(), apart.ArtifactHashes());
    }

    [Fact]
    public void A_shard_that_is_not_there_says_which_are()
    {
        using var job = new TinyJob();
        var plan = PreparedJob.Read(job.ConfigFile).Plan(TimeProvider.System);
        using (var store = new FileSystemStore(job.StoreFolder))
        {
            plan.Save(store);
        }

        var (code, output) = TinyJob.Start("shard", "--store", job.StoreFolder, "--run", plan.RunId, "--stage", "tokenize", "--shard", "7");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("has shards 0 to 2; there is no shard 7", output, StringComparison.Ordinal);
        (code, output) = TinyJob.Start("shard", "--store", job.StoreFolder, "--run", "20000101-000000-00000000", "--stage", "tokenize", "--shard", "0");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("20000101-000000-00000000/plan.json", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}

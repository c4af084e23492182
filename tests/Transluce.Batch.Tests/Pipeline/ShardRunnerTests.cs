using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Pipeline;

public sealed class ShardRunnerTests
{
    private static readonly RunObserver Silent = new SilentObserver();

    [Fact]
    public void Every_shard_run_alone_from_the_plan_gives_the_same_files()
    {
        using var whole = new ToyJob();
        using var alone = new ToyJob();
        whole.Run(new NumbersStage(100, 3));
        var plan = ToyJob.Plan(new NumbersStage(100, 3));
        plan.Save(alone.Store);

        foreach (var stage in plan.Stages)
        {
            foreach (var shard in Enumerable.Range(0, stage.ShardCount).Reverse())
            {
                Run(alone, plan.RunId, stage.Stage, shard, new NumbersStage(100, 3));
            }
        }

        Assert.Equal(whole.Files(), alone.Files());
    }

    [Fact]
    public async Task Racing_runs_of_the_same_shards_leave_the_same_bytes()
    {
        using var whole = new ToyJob();
        using var raced = new ToyJob();
        whole.Run(new NumbersStage(100, 3));
        var plan = ToyJob.Plan(new NumbersStage(100, 3));
        plan.Save(raced.Store);
        using var barrier = new Barrier(4);

        foreach (var stage in plan.Stages)
        {
            var racers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    using var store = new FileSystemStore(raced.Folder);
                    barrier.SignalAndWait();
                    for (var shard = 0; shard < stage.ShardCount; shard++)
                    {
                        Run(store, plan.RunId, stage.Stage, shard, new NumbersStage(100, 3));
                    }
                },
                TaskCreationOptions.LongRunning));
            await Task.WhenAll(racers);
        }

        Assert.Equal(whole.Files(), raced.Files());
    }

    [Fact]
    public void Running_a_shard_twice_reuses_it()
    {
        using var job = new ToyJob();
        var plan = ToyJob.Plan(new NumbersStage(100, 2));
        plan.Save(job.Store);

        Assert.False(Run(job, plan.RunId, "write-numbers", 1, new NumbersStage(100, 2)).Reused);
        Assert.True(Run(job, plan.RunId, "write-numbers", 1, new NumbersStage(100, 2)).Reused);
    }

    [Fact]
    public void A_program_that_would_make_something_else_refuses_and_names_the_difference()
    {
        using var job = new ToyJob();
        var plan = ToyJob.Plan(new NumbersStage(100, 2));
        plan.Save(job.Store);

        var error = Assert.Throws<PipelineException>(() => Run(job, plan.RunId, "write-numbers", 0, new NumbersStage(101, 2) { Dtype = "bfloat16" }));

        Assert.Contains("write-numbers.options.numbers: planned 100, here 101", error.Message, StringComparison.Ordinal);
        Assert.Contains("write-numbers.numerics.dtype: planned \"float32\", here \"bfloat16\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_whose_input_is_missing_says_what_to_run_first()
    {
        using var job = new ToyJob();
        var plan = ToyJob.Plan(new NumbersStage(100, 2));
        plan.Save(job.Store);

        var error = Assert.Throws<PipelineException>(() => Run(job, plan.RunId, "sum-digits", 0, new NumbersStage(100, 2)));

        Assert.EndsWith("Run the shards of 'write-numbers' first.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_and_stages_and_runs_that_do_not_exist_are_named()
    {
        using var job = new ToyJob();
        var plan = ToyJob.Plan(new NumbersStage(100, 2));
        plan.Save(job.Store);

        Assert.Contains("there is no shard 2", Assert.Throws<PipelineException>(() => Run(job, plan.RunId, "write-numbers", 2, new NumbersStage(100, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("has no stage 'nothing'", Assert.Throws<PipelineException>(() => Run(job, plan.RunId, "nothing", 0, new NumbersStage(100, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("plan.json' does not exist", Assert.Throws<ArtifactException>(() => Run(job, "no-run", "nothing", 0, new NumbersStage(100, 2))).Message, StringComparison.Ordinal);
    }

    private static ShardOutcome Run(ToyJob job, string runId, string stage, int shard, NumbersStage numbers)
        => Run(job.Store, runId, stage, shard, numbers);

    private static ShardOutcome Run(FileSystemStore store, string runId, string stage, int shard, NumbersStage numbers)
        => ShardRunner.Run(store, runId, stage, shard, (JsonObject _) => ToyJob.Stages(numbers), Silent, new FixedClock(), CancellationToken.None);
}

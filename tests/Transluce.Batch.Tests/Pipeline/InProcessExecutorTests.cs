using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Pipeline;

public sealed class InProcessExecutorTests
{
    [Fact]
    public void A_second_run_computes_nothing_and_changes_no_artifact()
    {
        using var job = new ToyJob();
        var first = job.Run(new NumbersStage(100, 4));
        var files = job.Files();
        var again = new NumbersStage(100, 4);

        var second = job.Run(again, second: 1);

        Assert.Equal(RunStatus.Succeeded, first.Status);
        Assert.All(first.Stages, s => Assert.Equal(StageStatus.Done, s.Status));
        Assert.Equal(RunStatus.Succeeded, second.Status);
        Assert.All(second.Stages, s => Assert.Equal((StageStatus.Reused, 0), (s.Status, s.ShardsRun)));
        Assert.All(second.Stages, s => Assert.Empty(s.CountsThisRun));
        Assert.Empty(again.Ran);
        Assert.Equal(files, job.Files());
    }

    [Fact]
    public void Rows_and_warnings_and_counts_arrive_in_the_manifest()
    {
        using var job = new ToyJob();
        var record = job.Run(new NumbersStage(100, 3));
        var plan = RunPlan.Load(job.Store, record.RunId);

        var reports = new ArtifactReader(job.Store, "report", plan["report"].Key).Read<ToyReportRow>().ToList();

        Assert.Equal("3: 480", reports[3].Text);
        var numbers = record.Stages.Single(s => s.Stage == "write-numbers");
        Assert.Equal(100, numbers.Counts["numbers"]);
        Assert.Equal((100, 1), (numbers.Rows["toy_numbers"], numbers.Rows["toy_notes"]));
        Assert.Equal([new ShardWarning(0, "zero is special")], numbers.Warnings);
        Assert.Equal(new Measure(1.5, 0.5, 3), numbers.Measures["seconds_of_thought"]);
        Assert.Equal(record, RunRecord.Load(job.Store, record.RunId), (a, b) => a.Status == b.Status && a.Stages.Count == b.Stages.Count);
        Assert.Equal(100, new ArtifactReader(job.Store, "write-numbers", plan["write-numbers"].Key).Read<ToyNumberRow>().Count());
        Assert.Equal(33, new ArtifactReader(job.Store, "write-numbers", plan["write-numbers"].Key).ReadShard<ToyNumberRow>(1).Count());
    }

    [Fact]
    public void Rerun_after_a_crash_computes_only_unfinished_shards()
    {
        using var job = new ToyJob();
        using var whole = new ToyJob();
        var expected = whole.Run(new NumbersStage(100, 5));
        Crash(job, finishedShards: 2);
        var resumed = new NumbersStage(100, 5);

        var record = job.Run(resumed, second: 2);

        Assert.Equal([2, 3, 4], resumed.Ran.Order());
        var numbers = record.Stages.Single(s => s.Stage == "write-numbers");
        Assert.Equal((StageStatus.PartlyResumed, 3, 2), (numbers.Status, numbers.ShardsRun, numbers.ShardsReused));
        Assert.Equal(RunStatus.Succeeded, expected.Status);
        Assert.Equal(whole.Files(), job.Files());
    }

    [Fact]
    public void A_run_killed_before_the_manifest_writes_it_and_computes_nothing()
    {
        using var job = new ToyJob();
        var record = job.Run(new NumbersStage(100, 2));
        var files = job.Files();
        foreach (var stage in record.Stages)
        {
            File.Delete(Path.Combine(job.Folder, ArtifactPaths.Manifest(stage.Stage, stage.Key)));
        }

        var again = new NumbersStage(100, 2);
        job.Run(again, second: 1);

        Assert.Empty(again.Ran);
        Assert.Equal(files, job.Files());
    }

    [Fact]
    public void A_part_deleted_by_hand_is_put_back()
    {
        using var job = new ToyJob();
        var record = job.Run(new NumbersStage(100, 2));
        var files = job.Files();
        var key = record.Stages.Single(s => s.Stage == "write-numbers").Key;
        File.Delete(Path.Combine(job.Folder, ArtifactPaths.Part("write-numbers", key, "toy_numbers", 1)));

        var again = new NumbersStage(100, 2);
        job.Run(again, second: 1);

        Assert.Equal([1], again.Ran);
        Assert.Equal(files, job.Files());
    }

    [Fact]
    public void One_failed_shard_leaves_the_others_done_and_stops_only_dependants()
    {
        using var job = new ToyJob();
        var broken = new NumbersStage(100, 4) { BeforeShard = shard => Throw(shard == 2) };

        var record = job.Run(broken);

        Assert.Equal(RunStatus.Failed, record.Status);
        Assert.Equal(
            [("write-numbers", StageStatus.Failed), ("sum-digits", StageStatus.NotStarted), ("report", StageStatus.NotStarted)],
            record.Stages.Select(s => (s.Stage, s.Status)));
        Assert.Equal([new ShardFailure(2, "row 7 is damaged")], record.Stages[0].Failures);
        Assert.Equal(3, record.Stages[0].ShardsRun);

        var repaired = new NumbersStage(100, 4);
        Assert.Equal(RunStatus.Succeeded, job.Run(repaired, second: 1).Status);
        Assert.Equal([2], repaired.Ran);

        static void Throw(bool fail)
        {
            if (fail)
            {
                throw new ArtifactException("row 7 is damaged");
            }
        }
    }

    [Fact]
    public void Cancellation_stops_at_the_next_check_and_the_next_run_goes_on()
    {
        using var job = new ToyJob();
        using var cancellation = new CancellationTokenSource();
        var stage = new NumbersStage(100, 4) { BeforeShard = shard => CancelAt(shard, cancellation) };

        var record = job.Run(stage, parallelism: 1, cancellationToken: cancellation.Token);

        Assert.Equal(RunStatus.Cancelled, record.Status);
        Assert.Equal(StageStatus.Cancelled, record.Stages[0].Status);
        Assert.Empty(record.Stages[0].Failures);
        var resumed = new NumbersStage(100, 4);
        Assert.Equal(RunStatus.Succeeded, job.Run(resumed, second: 1).Status);
        Assert.Equal([2, 3], resumed.Ran.Order());

        static void CancelAt(int shard, CancellationTokenSource source)
        {
            if (shard == 2)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void A_stage_that_is_not_deterministic_is_caught_when_a_shard_is_redone()
    {
        using var job = new ToyJob();
        var record = job.Run(new NumbersStage(100, 1));
        var key = record.Stages[0].Key;
        File.Delete(Path.Combine(job.Folder, ArtifactPaths.Manifest("write-numbers", key)));
        File.Delete(Path.Combine(job.Folder, ArtifactPaths.Completion("write-numbers", key, 0)));

        var other = job.Run(new NumbersStage(100, 1) { Suffix = "!" }, second: 1);

        Assert.Equal(StageStatus.Failed, other.Stages[0].Status);
        Assert.Contains("The same key must give the same bytes", other.Stages[0].Failures.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Shard_counts_change_the_sharded_artifact_and_nothing_downstream()
    {
        using var job = new ToyJob();
        var three = job.Run(new NumbersStage(100, 3)).Stages;
        var five = job.Run(new NumbersStage(100, 5), second: 1).Stages;

        Assert.NotEqual(three[0].Key, five[0].Key);
        Assert.Equal(three.Skip(1).Select(s => s.Key), five.Skip(1).Select(s => s.Key));
        Assert.Equal([StageStatus.Done, StageStatus.Reused, StageStatus.Reused], five.Select(s => s.Status));
    }

    [Fact]
    public void Shards_run_side_by_side_as_many_as_asked_for()
    {
        using var job = new ToyJob();
        using var together = new Barrier(3);
        var stage = new NumbersStage(100, 9) { BeforeShard = _ => Assert.True(together.SignalAndWait(TimeSpan.FromMinutes(2)), "a shard waited for two others in vain") };

        var record = job.Run(stage, parallelism: 3);

        Assert.Empty(record.Stages.SelectMany(s => s.Failures));
        Assert.Equal(3, together.CurrentPhaseNumber);
    }

    [Fact]
    public void Shards_that_use_all_cores_run_one_by_one()
    {
        using var job = new ToyJob();
        var (running, most) = (0, 0);
        var stage = new NumbersStage(100, 8) { Exclusive = true, BeforeShard = _ => Pass() };

        job.Run(stage, parallelism: 3);

        Assert.Equal(1, most);

        void Pass()
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Thread.Sleep(5);
            Interlocked.Decrement(ref running);
        }
    }

    private static void Crash(ToyJob job, int finishedShards)
    {
        // What a kill leaves: some records, no manifest, a part without a record, and an attempt nobody owns.
        using var source = new ToyJob();
        var key = source.Run(new NumbersStage(100, 5)).Stages[0].Key;
        foreach (var path in source.Store.List($"artifacts/write-numbers/{key}"))
        {
            var shard = Path.GetFileNameWithoutExtension(path).Replace("part-", "", StringComparison.Ordinal);
            if (int.TryParse(shard, out var number) && (number < finishedShards || path.Contains("toy_numbers/part-00003", StringComparison.Ordinal)))
            {
                var target = Path.Combine(job.Folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(source.Folder, path), target);
            }
        }
    }
}

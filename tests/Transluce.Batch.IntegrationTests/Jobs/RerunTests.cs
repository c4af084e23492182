using Transluce.Batch.Pipeline;

namespace Transluce.Batch.IntegrationTests.Jobs;

[Collection(nameof(FinishedJob))]
public sealed class RerunTests(FinishedJob finished)
{
    [Fact]
    public void A_first_run_computes_every_shard() =>
        Assert.All(finished.Record.Stages, stage => Assert.Equal((StageStatus.Done, 0, stage.Shards), (stage.Status, stage.ShardsReused, stage.ShardsRun)));

    [Fact]
    public void A_second_run_computes_nothing_and_changes_no_file()
    {
        var job = finished.Job;
        job.Write();
        var files = job.ArtifactFiles();

        // Run ids count seconds.
        Thread.Sleep(1100);
        var second = job.Run();
        Assert.NotEqual(finished.Record.RunId, second.RunId);
        Assert.All(second.Stages, stage =>
        {
            Assert.Equal((StageStatus.Reused, 0), (stage.Status, stage.ShardsRun));
            Assert.Empty(stage.CountsThisRun);
            Assert.Empty(stage.Measures);
        });
        Assert.Equal(files, job.ArtifactFiles());
    }

    [Fact]
    public void Other_explainer_options_redo_only_explain_score_and_select()
    {
        var job = finished.Job;
        var files = job.ArtifactFiles();

        Thread.Sleep(1100);
        job.Write(("explanation", "descriptionEntries: 5"), ("explanation", "patternEntries: 50"));
        var after = job.Run();
        string[] redone = ["explain", "score", "select"];
        Assert.Equal(redone, after.Stages.Where(stage => stage.ShardsRun > 0).Select(stage => stage.Stage));
        Assert.All(after.Stages.Where(stage => !redone.Contains(stage.Stage)), stage => Assert.Equal(StageStatus.Reused, stage.Status));
        var filesAfter = job.ArtifactFiles();
        Assert.Equal(redone, filesAfter.Except(files).Select(pair => pair.Key.Split('/')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(files.Except(filesAfter));
    }
}

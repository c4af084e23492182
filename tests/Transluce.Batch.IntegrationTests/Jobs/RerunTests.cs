using Transluce.Batch.Pipeline;

namespace Transluce.Batch.IntegrationTests.Jobs;

public sealed class RerunTests
{
    [Fact]
    public void A_second_run_computes_nothing_and_changes_no_file()
    {
        using var job = new TinyJob();
        var first = job.Run();
        Assert.All(first.Stages, stage => Assert.Equal((StageStatus.Done, 0), (stage.Status, stage.ShardsReused)));
        var files = job.ArtifactFiles();

        Thread.Sleep(1100);
        var second = job.Run();
        Assert.NotEqual(first.RunId, second.RunId);
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
        using var job = new TinyJob();
        var before = job.Run();
        var files = job.ArtifactFiles();

        Thread.Sleep(1100);
        job.Write(("explanation", "descriptionEntries: 5"), ("explanation", "patternEntries: 50"));
        var after = job.Run();
        string[] redone = ["explain", "score", "select"];
        Assert.Equal(redone, after.Stages.Where(stage => stage.ShardsRun > 0).Select(stage => stage.Stage));
        Assert.All(after.Stages.Where(stage => !redone.Contains(stage.Stage)), stage => Assert.Equal(StageStatus.Reused, stage.Status));
        var changed = job.ArtifactFiles().Except(files).Select(pair => pair.Key.Split('/')[0]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(redone, changed);
        Assert.Empty(files.Keys.Except(job.ArtifactFiles().Keys));
        Assert.NotEqual(before.Stages.Single(stage => stage.Stage == "select").Key, after.Stages.Single(stage => stage.Stage == "select").Key);
    }
}

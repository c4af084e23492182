using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Tests.Services;

namespace Transluce.Batch.IntegrationTests.Transcripts;

public sealed class SuiteRerunTests
{
    private const string First = "desk-work_model-a.eval";
    private const string Second = "desk-work_model-b.eval";
    private const string Third = "desk-work_model-c.eval";

    private static readonly string[] PerFile = ["ingest", "chunk", "embed"];

    [Fact]
    public void A_second_run_computes_nothing_and_changes_no_file()
    {
        using var job = new SuiteJob(First, Second);
        var first = job.Run();
        Assert.All(first.Stages, stage => Assert.Equal((StageStatus.Done, stage.Shards), (stage.Status, stage.ShardsRun)));
        var files = job.ArtifactHashes();
        Thread.Sleep(1100);
        var second = job.Run();
        Assert.NotEqual(first.RunId, second.RunId);
        Assert.All(second.Stages, stage => Assert.Equal((StageStatus.Reused, 0), (stage.Status, stage.ShardsRun)));
        Assert.Equal(files, job.ArtifactHashes());
    }

    [Fact]
    public void Whole_runs_are_clustered_labelled_and_printed()
    {
        using var job = new SuiteJob(First, Second) { Unit = "run" };
        job.Write();
        job.Run();
        var page = job.Print("clusters");
        Assert.Matches("[0-9]+ clusters of [0-9]+ runs", page);
        Assert.Contains("[T0B", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Clusters_that_a_chat_model_takes_for_one_are_printed_as_one()
    {
        using var service = new ChatService((instructions, _) => instructions.StartsWith("You are given two", StringComparison.Ordinal)
            ? """{"same": true}"""
            : """{"name": "a group", "description": "Steps such as [R0T0B3]."}""");
        using var job = new SuiteJob(First, Second);
        job.Write($"label: {{ chat: {{ endpoint: '{service.Endpoint}', model: toy, keyVariable: TRANSLUCE_BATCH_TEST_NO_SUCH_KEY }}, checked: 0, duplicateCosine: -1 }}");
        job.Run();
        var page = job.Print("clusters");
        Assert.Matches("^1 cluster of ([0-9]+) turns, [1-9][0-9]* more folded into those they duplicate", page.Split('\n')[1]);
        Assert.Matches("cluster [0-9]+: 100 % of the runs", page);
        Assert.Contains("which the chat model takes for the same", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_added_log_only_that_log_is_read_cut_and_embedded_and_only_its_passages_are_assigned()
    {
        using var job = new SuiteJob(First, Second);
        var before = job.Run();
        var cluster = before.Stages.Single(stage => stage.Stage == "cluster");
        var logs = before.Stages.Where(stage => stage.Stage == "ingest").Select(stage => stage.Partition).ToHashSet();

        Thread.Sleep(1100);
        job.Add(Path.Combine(SuiteJob.Bundled, Third));
        job.Write($"baseline: {cluster.Key}");
        var after = job.Run();
        foreach (var stage in PerFile)
        {
            var files = after.Stages.Where(record => record.Stage == stage).ToArray();
            Assert.Equal(3, files.Length);
            var done = Assert.Single(files, file => file.ShardsRun > 0);
            Assert.DoesNotContain(done.Partition, logs);
        }

        // The model of the first run serves: it is learnt from the first two logs still.
        Assert.Equal(StageStatus.Reused, after.Stages.Single(stage => stage.Stage == "fit-lsa").Status);

        // Whoever was in a cluster is in the same one, and the new log's passages have come to the clusters there are.
        using var store = new FileSystemStore(job.StoreFolder);
        var old = Members(store, cluster.Key);
        var now = Members(store, after.Stages.Single(stage => stage.Stage == "cluster").Key);
        Assert.True(now.Count > old.Count);
        var counts = after.Stages.Single(stage => stage.Stage == "cluster").Counts;
        Assert.Equal((old.Count, now.Count - old.Count), (counts["items kept in their clusters"], counts["items assigned"]));
        Assert.All(old, member => Assert.Equal(member.Value, now[member.Key]));
        Assert.Subset(old.Values.ToHashSet(), now.Values.ToHashSet());
    }

    [Fact]
    public void The_model_is_learnt_anew_with_the_log_that_follows_one_it_does_not_know_and_by_no_rerun()
    {
        using var job = new SuiteJob(First);
        var first = job.Run();

        File.WriteAllText(Path.Combine(job.SuiteFolder, "odd"), UnknownWords());
        var odd = Next();
        Assert.Equal(Key(first, "fit-lsa"), Key(odd, "fit-lsa"));

        var again = Next();
        Assert.All(again.Stages, stage => Assert.Equal(StageStatus.Reused, stage.Status));

        job.Add(Path.Combine(SuiteJob.Bundled, Second));
        var anew = Next();
        Assert.NotEqual(Key(odd, "fit-lsa"), Key(anew, "fit-lsa"));
        Assert.Equal(3, anew.Stages.Count(stage => stage.Stage == "embed" && stage.ShardsRun > 0));

        // Now the odd log is among those the model was learnt from, and a log like the others is projected again.
        job.Add(Path.Combine(SuiteJob.Bundled, Third));
        var last = Next();
        Assert.Equal(Key(anew, "fit-lsa"), Key(last, "fit-lsa"));
        Assert.Single(last.Stages, stage => stage.Stage == "embed" && stage.ShardsRun > 0);

        RunRecord Next()
        {
            Thread.Sleep(1100);
            return job.Run();
        }

        static string Key(RunRecord run, string stage) => run.Stages.Single(record => record.Stage == stage).Key;
    }

    /// <summary>A Docent run whose words no other log has.</summary>
    private static string UnknownWords()
    {
        var messages = Enumerable.Range(0, 40).Select(i => new JsonObject
        {
            ["role"] = i % 2 == 0 ? "user" : "assistant",
            ["content"] = string.Join(' ', Enumerable.Range(0, 30).Select(word => $"qvx{(char)('a' + (i % 26))}{(char)('a' + word % 26)}zz")),
        });
        return new JsonObject { ["id"] = "odd", ["transcripts"] = new JsonArray(new JsonObject { ["id"] = "t", ["messages"] = new JsonArray([.. messages]) }) }.ToJsonString();
    }

    [Fact]
    public void A_renamed_log_redoes_the_list_of_files_alone()
    {
        using var job = new SuiteJob(First);
        job.Run();
        Thread.Sleep(1100);
        File.Move(Path.Combine(job.SuiteFolder, First), Path.Combine(job.SuiteFolder, "another name"));
        var after = job.Run();
        Assert.Equal(["suite-files"], after.Stages.Where(stage => stage.ShardsRun > 0).Select(stage => stage.Stage));
    }

    private static Dictionary<string, int> Members(FileSystemStore store, string key)
        => new ArtifactReader(store, "cluster", key).Read<ClusterMemberRow>().ToDictionary(member => member.ItemId, member => member.ClusterId, StringComparer.Ordinal);
}

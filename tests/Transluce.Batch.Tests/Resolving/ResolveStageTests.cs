using Transluce.Batch.Artifacts;
using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Tests.Resolving;

public sealed class ResolveStageTests
{
    private static readonly AgentRunRow Plain = TranscriptRows.Run(0, "run", "log", "task", "model");

    [Theory]
    [InlineData("finished log")]
    [InlineData("no error")]
    [InlineData("later completion")]
    [InlineData("more messages")]
    [InlineData("lower log id")]
    public void Copies_are_ranked_by_the_first_rule_that_tells_them_apart(string rule)
    {
        // The better copy lies in log b, except where the log id itself decides. Each worse copy is better by all later rules.
        var worse = Plain with { CompletedAt = "2026-01-02T00:00:00Z", MessageCount = 9 };
        var (better, status) = rule switch
        {
            "finished log" => (Plain with { CompletedAt = null, MessageCount = 1, ErrorMessage = "broke" }, "started"),
            "no error" => (Plain with { CompletedAt = "2026-01-01T00:00:00Z", MessageCount = 1 }, "success"),
            "later completion" => (Plain with { CompletedAt = "2026-01-01T23:30:00-01:00", MessageCount = 1 }, "success"),
            "more messages" => (worse with { MessageCount = 10 }, "success"),
            _ => (worse, "success"),
        };
        worse = rule == "no error" ? worse with { ErrorMessage = "broke" } : worse;

        var rows = Resolve(("a", status, worse), ("b", "success", better));

        Assert.Equal(rule == "lower log id" ? ["a", "b"] : ["b", "a"], rows.Select(row => row.LogId));
        Assert.Equal([true, false], rows.Select(row => row.Picked));
        Assert.Equal([null, "run"], rows.Select(row => row.DuplicateOf));
        Assert.All(rows, row => Assert.Equal(rule, row.Reason));
        Assert.All(rows, row => Assert.Equal(better.ErrorMessage != worse.ErrorMessage, row.Conflict));
    }

    [Fact]
    public void Two_contents_under_one_id_are_a_conflict_and_one_is_picked_all_the_same()
    {
        var rows = Resolve(("a", "success", Plain), ("b", "success", Plain with { ContentSha256 = "other" }), ("c", "success", Plain with { AgentRunId = "another" }));

        Assert.Equal([("another", false, true), ("run", true, true), ("run", true, false)], rows.Select(row => (row.AgentRunId, row.Conflict, row.Picked)));
        Assert.Equal("only copy", rows[0].Reason);
        Assert.Equal(2, rows[0].Partition);
    }

    [Theory]
    [InlineData("scores")]
    [InlineData("error")]
    [InlineData("limit")]
    public void Copies_with_the_same_conversation_and_another_result_are_a_conflict(string result)
    {
        var other = result switch
        {
            "scores" => Plain with { ScoresJson = """{"match":"I"}""" },
            "error" => Plain with { ErrorMessage = "broke" },
            _ => Plain with { LimitType = "time", LimitValue = 5 },
        };

        Assert.Equal([true, true], Resolve(("a", "success", Plain), ("b", "success", other)).Select(row => row.Conflict));
        Assert.Equal([false, false], Resolve(("a", "success", other), ("b", "success", other)).Select(row => row.Conflict));
    }

    [Fact]
    public void An_unreadable_time_is_the_earliest()
        => Assert.Equal(["b", "a"], Resolve(("a", "success", Plain with { CompletedAt = "soon" }), ("b", "success", Plain with { CompletedAt = "1999-01-01" })).Select(row => row.LogId));

    [Fact]
    public void Files_are_listed_with_their_names_and_those_that_are_no_logs_come_last()
    {
        using var shard = new SuiteShard();
        var log = shard.Given(TranscriptRows.Log("m", "success", [Plain]));
        var empty = shard.Given(new GivenRowsStage("ingest", GivenRowsStage.Rows<EvalLogRow>([]), GivenRowsStage.Rows<AgentRunRow>([])));

        shard.Run(new SuiteFilesStage([new SuiteFile("a", ["notes.json"], 3, null), new SuiteFile("m", ["b.eval", "a.eval"], 10, log), new SuiteFile("c", ["cut.eval"], 1, empty)], []));

        var rows = shard.Rows<SuiteFileRow>();
        Assert.Equal([(0, "c", "unreadable", 0), (1, "m", "inspect-eval", 1), (2, "a", "not-a-log", 0)], rows.Select(row => (row.Partition, row.LogId, row.Format, row.Runs)));
        Assert.Equal(["a.eval", "b.eval"], rows[1].Names);
    }

    [Fact]
    public void What_cannot_be_read_is_listed_last_with_its_reason()
    {
        using var shard = new SuiteShard();
        var log = shard.Given(TranscriptRows.Log("m", "success", [Plain]));
        UnreadableFile[] unreadable = [new() { Name = "locked/", Reason = "no permission to read it" }, new() { Name = "\u001b[31m", Reason = "a link that leads nowhere" }];
        var stage = new SuiteFilesStage([new SuiteFile("m", ["a.eval"], 10, log), new SuiteFile("a", ["notes"], 3, null)], unreadable);

        shard.Run(stage);

        Assert.Equal(
            [(0, "m", "inspect-eval", null), (1, "a", "not-a-log", null), (2, "", "unreadable", "no permission to read it"), (3, "", "unreadable", "a link that leads nowhere")],
            shard.Rows<SuiteFileRow>().Select(row => (row.Partition, row.LogId, row.Format, row.Reason)));
        Assert.Equal(["locked/", "\u001b[31m"], shard.Rows<SuiteFileRow>().Skip(2).Select(row => Assert.Single(row.Names)));
        Assert.Equal(2, shard.Counts["files that cannot be read"]);
        Assert.Equal(["Left out because it cannot be read: locked/ (no permission to read it), \\u{1B}[31m (a link that leads nowhere)."], shard.Warnings);
        Assert.NotEqual(stage.Options.ToJsonString(), new SuiteFilesStage([new SuiteFile("m", ["a.eval"], 10, log), new SuiteFile("a", ["notes"], 3, null)], []).Options.ToJsonString());
    }

    private static IReadOnlyList<SampleProvenanceRow> Resolve(params (string LogId, string Status, AgentRunRow Run)[] logs)
    {
        using var shard = new SuiteShard();
        var unused = shard.Given(new GivenRowsStage("unused", GivenRowsStage.Rows<ChunkRow>([])));
        shard.Run(new ResolveStage([.. logs.Reverse().Select(log => new SuitePartition(log.LogId, shard.Given(TranscriptRows.Log(log.LogId, log.Status, [log.Run])), unused, unused))]));
        return shard.Rows<SampleProvenanceRow>();
    }
}

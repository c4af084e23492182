using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Conversations that are not among a sample's own messages, against what a person reads in the log.</summary>
public sealed class SubAgentTests
{
    private static readonly Lazy<IngestRun> Log = new(() => IngestRun.Of(SharedData.Require("data/eval-logs/generated/multi-agent.eval")));

    [Fact]
    public void An_agent_used_as_a_tool_has_a_transcript_of_its_own()
    {
        var (run, transcripts) = Run("1");

        Assert.Equal(["main", "researcher"], transcripts.Select(row => row.Name));
        Assert.Equal(["messages", "span"], transcripts.Select(row => row.Origin));
        Assert.Equal([11, 7], transcripts.Select(row => row.MessageCount));
        var blocks = Blocks(run, 1);
        Assert.Equal(["system", "user", "assistant", "tool", "assistant", "tool", "assistant"], blocks.Select(row => row.Role));
        Assert.Equal("Research: collect three facts on bees.", blocks[1].Text);
        Assert.Equal("Looking up facts.", blocks[2].Text);
        Assert.Equal("alpha 3\nbeta 5\ngamma 11\n", blocks[3].Text);
        Assert.Equal("One more.", blocks[4].Text);
        Assert.Equal("91\n", blocks[5].Text);
        // The system message and the answer are attachments in the log.
        Assert.DoesNotContain("attachment://", blocks[0].Text, StringComparison.Ordinal);
        Assert.StartsWith("Facts: bees dance; bees see ultraviolet; a hive has one queen.", blocks[6].Text, StringComparison.Ordinal);
        var calls = Log.Value.Calls.Where(row => row.RunOrdinal == run.RunOrdinal && row.TranscriptOrdinal == 1).ToList();
        Assert.Equal(["read_file", "python"], calls.Select(row => row.Function).Take(2));
        Assert.Equal([3, 5], calls.Select(row => row.ResultBlockIndex ?? -1).Take(2));
    }

    [Fact]
    public void An_agent_that_takes_over_is_not_repeated_but_stands_in_the_tree()
    {
        var (run, _) = Run("1");
        var groups = Log.Value.Read<TranscriptGroupRow>().Where(row => row.RunOrdinal == run.RunOrdinal).ToList();

        Assert.Equal(["boss", "researcher", "writer"], groups.Select(row => row.Name));
        Assert.Equal([null, groups[0].GroupId, groups[0].GroupId], groups.Select(row => row.ParentGroupId));
        Assert.Equal(groups[1].GroupId, Log.Value.Transcripts.Single(row => row.RunOrdinal == run.RunOrdinal && row.TranscriptOrdinal == 1).GroupId);
    }

    [Fact]
    public void Agents_beside_each_other_have_a_transcript_each()
    {
        var (run, transcripts) = Run("2");

        Assert.Equal(["main", "worker-a", "worker-b"], transcripts.Select(row => row.Name));
        Assert.Equal([2, 4, 4], transcripts.Select(row => row.MessageCount));
        Assert.Equal(["Work item a", "computing", "70\n", "42"], Blocks(run, 1).Select(row => row.Text));
        Assert.Equal(["Work item b", "computing", "70\n", "42"], Blocks(run, 2).Select(row => row.Text));
    }

    [Fact]
    public void A_context_that_was_trimmed_but_kept_in_the_messages_is_not_repeated()
    {
        var (_, transcripts) = Run("3");

        Assert.Equal(("main", 27), (Assert.Single(transcripts).Name, transcripts[0].MessageCount));
    }

    [Fact]
    public void Metadata_of_a_span_are_those_of_its_group_and_its_conversation()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", """
            {"id":1,"epoch":1,"messages":[{"role":"user","content":"Do it."},{"role":"assistant","content":"Done."}],"events":[
             {"metadata":{"depth":1,"brief":"attachment://ab"},"event":"span_begin","id":"s","type":"agent","name":"worker"},
             {"event":"model","metadata":{"not":"this"},"span_id":"s","input":[{"role":"user","content":"Part one."}],"output":{"choices":[{"message":{"role":"assistant","content":"Part done."}}]}},
             {"event":"span_begin","id":"t","type":"agent","name":"idle","metadata":{}}],
             "attachments":{"ab":"what it is to do"}}
            """)));

        const string metadata = """{"depth":1,"brief":"what it is to do"}""";
        Assert.Equal([("worker", metadata), ("idle", null)], run.Read<TranscriptGroupRow>().Select(row => (row.Name, row.MetadataJson)));
        Assert.Equal([("main", null), ("worker", metadata)], run.Transcripts.Select(row => (row.Name, row.MetadataJson)));
    }

    private static (AgentRunRow Run, IReadOnlyList<TranscriptRow> Transcripts) Run(string sample)
    {
        var run = Log.Value.Runs.Single(row => row.SampleId == sample);
        return (run, [.. Log.Value.Transcripts.Where(row => row.RunOrdinal == run.RunOrdinal)]);
    }

    private static IReadOnlyList<BlockRow> Blocks(AgentRunRow run, int transcript)
        => [.. Log.Value.Blocks.Where(row => row.RunOrdinal == run.RunOrdinal && row.TranscriptOrdinal == transcript)];
}

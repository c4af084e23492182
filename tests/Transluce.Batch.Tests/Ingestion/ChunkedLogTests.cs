using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Samples cut into entries, and entries that only look like it.</summary>
public sealed class ChunkedLogTests
{
    private const string Messages = "[{\"role\":\"user\",\"content\":\"go\"},{\"role\":\"assistant\",\"content\":\"gone\"}]";

    [Fact]
    public void A_sample_whose_chunks_of_messages_nothing_refers_to_is_quarantined()
    {
        var run = IngestRun.Of(ZipBuilder.Log(
            ("samples/1_epoch_1/sample.json", "{\"id\":1,\"epoch\":1}"), ("samples/1_epoch_1/messages/0.json", Messages),
            ("samples/2_epoch_1/sample.json", "{\"id\":2,\"epoch\":1,\"message_refs\":[[0,2]]}"), ("samples/2_epoch_1/messages/0.json", Messages),
            ("samples/3_epoch_1/sample.json", "{\"id\":3,\"epoch\":1,\"message_refs\":7}"), ("samples/3_epoch_1/messages/0.json", Messages),
            ("samples/4_epoch_1/sample.json", "{\"id\":4,\"epoch\":1,\"message_refs\":[]}"), ("samples/4_epoch_1/messages/0.json", Messages),
            ("samples/5_epoch_1/sample.json", "{\"id\":5,\"epoch\":1,\"message_refs\":null}")));

        Assert.Equal([("2", 2), ("4", 0), ("5", 0)], run.Runs.Select(row => (row.SampleId, row.MessageCount)));
        Assert.Equal([("samples/1_epoch_1/sample.json", "shape"), ("samples/3_epoch_1/sample.json", "shape")], run.Quarantine.Select(row => (row.Entry, row.Kind)));
        Assert.Equal((5, 3, 2), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
    }

    [Fact]
    public void Only_numbers_name_chunks_and_a_samples_id_may_look_like_one()
    {
        var run = IngestRun.Of(ZipBuilder.Log(
            ("samples/1_epoch_1/sample.json", "{\"id\":1,\"epoch\":1,\"message_refs\":[[0,2]]}"), ("samples/1_epoch_1/messages/0.json", Messages),
            ("samples/1_epoch_1/messages/index.json", "{}"), ("samples/1_epoch_1/events/stats.json", "{}"),
            ("samples/1_epoch_1/messages/a_epoch_2.json", $"{{\"id\":\"1_epoch_1/messages/a\",\"epoch\":2,\"messages\":{Messages}}}")));

        Assert.Equal(["1", "1_epoch_1/messages/a"], run.Runs.Select(row => row.SampleId));
        Assert.Empty(run.Quarantine);
        Assert.Equal(2, run.Log.SamplesDeclared);
    }

    [Fact]
    public void A_chunk_that_begins_nowhere_is_no_chunk_less()
    {
        var run = IngestRun.Of(ZipBuilder.Log(
            ("samples/1_epoch_1/sample.json", "{\"id\":1,\"epoch\":1,\"message_refs\":[[0,2]]}"), ("samples/1_epoch_1/messages/0.json", Messages),
            ("samples/1_epoch_1/messages/99999999999999999999.json", Messages)));

        Assert.Equal("shape", Assert.Single(run.Quarantine).Kind);
        Assert.Empty(run.Runs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sub_agents_message_of_an_odd_shape_is_left_out_with_a_flag(bool chunked)
    {
        const string Events = """
            [{"event":"span_begin","id":"s","type":"agent","name":"worker"},
             {"event":"model","span_id":"s","input":[7,{"role":"user","content":["x",8]}],"output":{"choices":[{"message":{"role":"assistant","content":"Done."}}]}}]
            """;
        var run = IngestRun.Of(chunked
            ? ZipBuilder.Log(
                ("samples/1_epoch_1/sample.json", "{\"id\":1,\"epoch\":1,\"message_refs\":[[0,2]]}"), ("samples/1_epoch_1/messages/0.json", Messages),
                ("samples/1_epoch_1/events/0.json", Events))
            : ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":{Messages},\"events\":{Events}}}")));

        Assert.Equal(["go", "gone", "x", "Done."], run.Blocks.Select(block => block.Text));
        Assert.Equal(["truncated"], Assert.Single(run.Runs).Flags);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sub_agents_message_larger_than_is_held_leaves_it_out_also_behind_one_of_an_odd_shape(bool chunked)
    {
        var big = string.Join(',', Enumerable.Repeat($"\"{new string('x', 500)}\"", 500));
        var events = new[]
        {
            """{"event":"span_begin","id":"s","type":"agent","name":"worker"}""",
            """{"event":"model","span_id":"s","input":[7],"output":{"choices":[{"message":{"role":"assistant","content":"Done."}}]}}""",
            """{"event":"span_begin","id":"t","type":"agent","name":"worker"}""",
            $$$"""{"event":"model","span_id":"t","input":[{"role":"user","content":[{{{big}}}]}],"output":{"choices":[{"message":{"role":"assistant","content":"Done too."}}]}}""",
        };
        var run = IngestRun.Of(
            chunked
                ? ZipBuilder.Log(
                    ("samples/1_epoch_1/sample.json", "{\"id\":1,\"epoch\":1,\"message_refs\":[[0,2]]}"), ("samples/1_epoch_1/messages/0.json", Messages),
                    ("samples/1_epoch_1/events/0.json", $"[{events[0]},{events[1]}]"), ("samples/1_epoch_1/events/2.json", $"[{events[2]},{events[3]}]"))
                : ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":{Messages},\"events\":[{string.Join(',', events)}]}}")),
            new IngestLimits { HeldUnits = 100_000 });

        Assert.Equal(["go", "gone"], run.Blocks.Select(block => block.Text));
        Assert.Equal(["sub-agents-omitted", "truncated"], Assert.Single(run.Runs).Flags);
    }

    [Fact]
    public void Runs_of_logs_that_tell_nothing_about_their_evaluation_are_known_by_what_happened_in_them()
    {
        var (one, again, other) = (Log("gone", ZipBuilder.Stored), Log("gone", ZipBuilder.Zstandard), Log("lost", ZipBuilder.Zstandard));

        Assert.Equal("", one.Log.EvalId);
        Assert.Equal(one.Runs.Select(row => row.AgentRunId), again.Runs.Select(row => row.AgentRunId));
        Assert.Equal(one.Blocks.Select(row => row.BlockId), again.Blocks.Select(row => row.BlockId));
        Assert.NotEqual(one.Runs[0].AgentRunId, other.Runs[0].AgentRunId);

        static IngestRun Log(string answer, int method)
        {
            using var bytes = new MemoryStream();
            new ZipBuilder(bytes).Add("header.json", "{\"version\":2,\"eval\":{\"eval_id\"", method)
                .Add("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"input\":\"go\",\"messages\":[{{\"role\":\"user\",\"content\":\"go\"}},{{\"role\":\"assistant\",\"content\":\"{answer}\"}}]}}", method).End();
            return IngestRun.Of(bytes.ToArray());
        }
    }
}

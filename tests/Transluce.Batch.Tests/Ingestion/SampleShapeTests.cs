using System.Text;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Shapes the shared corpus lacks, written here.</summary>
public sealed class SampleShapeTests
{
    private const string Chat = "\"messages\":[{\"role\":\"user\",\"content\":\"go\"},{\"role\":\"assistant\",\"content\":\"gone\"}]";

    [Fact]
    public void A_sample_nested_deeper_than_512_levels_is_quarantined_and_one_at_512_is_read_with_a_flag()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", Nested(1, 511)), ("samples/2_epoch_1.json", Nested(2, 512)), ("samples/3_epoch_1.json", Nested(3, 1))));

        Assert.Equal([("1", "deep"), ("3", "")], run.Runs.Select(row => (row.SampleId, string.Join(',', row.Flags))));
        Assert.Equal(("samples/2_epoch_1.json", "depth"), (Assert.Single(run.Quarantine).Entry, run.Quarantine[0].Kind));

        static string Nested(int id, int levels) => $"{{\"id\":{id},\"epoch\":1,{Chat},\"store\":{new string('[', levels)}{new string(']', levels)}}}";
    }

    [Fact]
    public void In_a_json_log_a_spoiled_sample_is_quarantined_and_the_next_one_read()
    {
        var text = $"{{\"version\":2,\"status\":\"success\",\"eval\":{{\"task\":\"t\",\"model\":\"m\"}},\"samples\":[{{\"id\":1,{Chat},\"metadata\":{{\"x\":\"?\"}}}},{{\"id\":2,{Chat}}},{{\"id\":3,\"messages\":7}}]}}";
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
        var run = IngestRun.Of(bytes);

        Assert.Equal(["2"], run.Runs.Select(row => row.SampleId));
        Assert.Equal(1, run.Runs[0].RunOrdinal);
        Assert.Equal([("samples[0]", "utf8"), ("samples[2]", "shape")], run.Quarantine.Select(row => (row.Entry, row.Kind)));
        Assert.Equal((3, 1, 2), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
    }

    [Fact]
    public void A_text_over_the_limit_is_cut_in_its_row_and_whole_in_pieces()
    {
        var text = string.Concat(Enumerable.Range(0, 400).Select(i => $"{i} 😀é\n"));
        var json = System.Text.Json.JsonSerializer.Serialize(text);
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"user\",\"content\":[{{\"type\":\"text\",\"text\":{json}}},{{\"type\":\"text\",\"text\":\"end\"}}]}}]}}")),
            new IngestLimits { TextUnits = 100 });

        var block = Assert.Single(run.Blocks);
        var pieces = run.Read<LargeTextRow>();
        Assert.Equal(["truncated"], block.Flags);
        Assert.Equal(text + "\nend", string.Concat(pieces.Select(piece => piece.Text)));
        Assert.All(pieces, piece => Assert.InRange(piece.Text.Length, 1, 100));
        Assert.StartsWith(block.Text, text, StringComparison.Ordinal);
        Assert.Equal(text.Length + 4, block.Characters);
        Assert.DoesNotContain('\uFFFD', block.Text + string.Concat(pieces.Select(piece => piece.Text)));
    }

    [Fact]
    public void A_sample_with_more_messages_than_are_held_has_the_same_rows()
    {
        var bytes = File.ReadAllBytes(SharedData.Require("data/eval-logs/generated/tool-agent.eval"));
        var held = IngestRun.Of(bytes);
        var again = IngestRun.Of(bytes, new IngestLimits { HeldMessages = 3 });

        Assert.Equal(held.Blocks.Select(block => (block.BlockId, block.Text, block.ActionUnit)), again.Blocks.Select(block => (block.BlockId, block.Text, block.ActionUnit)));
        Assert.Equal(held.Calls.Select(call => (call.BlockId, call.ArgumentsJson, call.ResultBlockIndex)), again.Calls.Select(call => (call.BlockId, call.ArgumentsJson, call.ResultBlockIndex)));
        Assert.Equal(held.Runs.Select(row => row.ContentSha256), again.Runs.Select(row => row.ContentSha256));
    }

    [Fact]
    public void An_entry_longer_than_the_cap_is_quarantined_and_no_ratio_is_too_high()
    {
        var long_ = $"{{\"id\":2,\"epoch\":1,{Chat},\"store\":\"{new string('x', 2_000_000)}\"}}";
        var log = ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,{Chat}}}"), ("samples/2_epoch_1.json", long_));

        Assert.Equal(2, IngestRun.Of(log).Runs.Count);
        var capped = IngestRun.Of(log, new IngestLimits { EntryBytes = 1_000_000 });
        Assert.Equal(["1"], capped.Runs.Select(row => row.SampleId));
        Assert.Equal("cap", Assert.Single(capped.Quarantine).Kind);
        Assert.Equal("cap", Assert.Single(IngestRun.Of(log, new IngestLimits { FileBytes = 1_500_000 }).Quarantine).Kind);
    }

    [Fact]
    public void A_file_that_gives_nothing_for_too_long_is_quarantined()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log");
        File.WriteAllBytes(path, ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,{Chat}}}")));
        var run = IngestRun.Of(path, clock: new LeapingClock());

        Assert.Equal(["deadline"], run.Quarantine.Select(row => row.Kind).Distinct());
        Assert.Equal((1, 0, 1), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
    }

    [Fact]
    public void A_sample_without_messages_has_its_input_and_what_its_events_hold()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", """
            {"id":1,"epoch":1,"input":"Do it.","messages":[],"events":[
             {"event":"span_begin","id":"s","type":"agent","name":"worker"},
             {"event":"model","span_id":"s","input":[{"role":"user","content":"Do it now."}],"output":{"choices":[{"message":{"role":"assistant","content":"Done."}}]}}]}
            """)));

        Assert.Equal([("input", "input"), ("worker", "span")], run.Transcripts.Select(row => (row.Name, row.Origin)));
        Assert.Equal(["Do it.", "Do it now.", "Done."], run.Blocks.Select(block => block.Text));
        Assert.Equal(["reconstructed"], run.Runs[0].Flags);
    }

    [Fact]
    public void What_a_compaction_cut_from_the_context_is_a_transcript()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", """
            {"id":1,"epoch":1,"input":"q","messages":[{"id":"q","role":"user","content":"q"},{"id":"sum","role":"user","content":"summary"},{"id":"end","role":"assistant","content":"end"}],"events":[
             {"event":"span_begin","id":"s","type":"agent","name":"main agent"},
             {"event":"model","span_id":"s","input":[],"input_refs":[[0,2]],"output":{"choices":[{"message":{"id":"b","role":"assistant","content":"second"}}]}},
             {"event":"compaction","span_id":"s","type":"summary"},
             {"event":"model","span_id":"s","input":[],"input_refs":[[0,1],[2,3]],"output":{"choices":[{"message":{"id":"end","role":"assistant","content":"end"}}]}}],
             "events_data":{"messages":[{"id":"q","role":"user","content":"q"},{"id":"a","role":"assistant","content":"attachment://ab"},{"id":"sum","role":"user","content":"summary"}],"calls":[]},
             "attachments":{"ab":"first, and long"}}
            """)));

        Assert.Equal([("main", "messages"), ("main agent", "pre_compaction")], run.Transcripts.Select(row => (row.Name, row.Origin)));
        Assert.Equal(["q", "first, and long", "second"], run.Blocks.Where(block => block.TranscriptOrdinal == 1).Select(block => block.Text));
    }

    [Fact]
    public void Images_and_recordings_become_placeholders_with_the_hash_of_their_bytes()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", """
            {"id":1,"epoch":1,"messages":[{"role":"user","content":[{"type":"image","image":"data:image/png;base64,AQIDBA=="},{"type":"image","image":"https://example.org/a.png"},
             {"type":"document","document":"data:text/plain;base64,aGk=","filename":"hi.txt"},{"type":"image","image":"attachment://0123"}]}]}
            """)));

        var block = Assert.Single(run.Blocks);
        Assert.Equal(
            "[image sha256:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a 4 bytes]\n[image https://example.org/a.png]\n"
            + "[document \"hi.txt\" sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4 2 bytes]\n[image attachment://0123 missing]",
            block.Other);
        Assert.Equal(["missing-attachment"], block.Flags);
        Assert.Equal([("image/png", 4L), ("text/plain", 2L)], run.Read<AttachmentRow>().Select(row => (row.MimeType!, row.Bytes)));
    }

    [Fact]
    public void A_block_renders_reasoning_text_calls_and_error_in_this_order()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", """
            {"id":1,"epoch":1,"messages":[{"role":"assistant","content":[{"type":"reasoning","reasoning":"hm"},{"type":"text","text":"I look."}],
              "tool_calls":[{"id":"c","function":"bash","arguments":{"cmd":"ls \"a\"","n":[1, 2]}}]},
             {"role":"tool","tool_call_id":"c","function":"bash","content":"","error":{"type":"timeout","message":"too slow"}}]}
            """)));

        var rendered = run.Blocks.Select(block => BlockRendering.Render(block, run.Calls.Where(call => call.BlockId == block.BlockId)));
        Assert.Equal(["hm\nI look.\nbash(cmd=ls \"a\", n=[1,2])", "too slow"], rendered);
        foreach (var part in BlockRendering.Parts(run.Blocks[0], run.Calls))
        {
            Assert.Equal(part.Text, BlockRendering.Render(run.Blocks[0], run.Calls).Substring(part.Start, part.Text.Length));
        }
    }

    [Theory]
    [InlineData("tool-agent.eval")]
    [InlineData("media.eval")]
    [InlineData("nasty-text.eval")]
    public void A_block_has_the_hash_of_its_rendering(string log)
    {
        var run = IngestRun.Of(SharedData.Require("data/eval-logs/generated/" + log));
        var calls = run.Calls.ToLookup(call => call.BlockId);

        Assert.NotEmpty(run.Blocks);
        Assert.All(run.Blocks, block => Assert.Equal(Hash(BlockRendering.Render(block, calls[block.BlockId])), block.RenderedSha256));
        Assert.Contains(run.Blocks, block => block.RenderedSha256 != block.TextSha256);
    }

    [Fact]
    public void A_long_rendering_has_the_same_hash_as_a_short_one_would()
    {
        var block = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", "{\"id\":1,\"epoch\":1,\"messages\":[{\"role\":\"assistant\",\"content\":\"é\"}]}"))).Blocks[0];
        ToolCallRow[] calls = [.. Enumerable.Range(0, 3).Select(i => new ToolCallRow(0, 0, 0, i, block.BlockId, $"c{i}", "bash", $"{{\"cmd\":\"{new string('ü', 50_000)}\"}}", null, "function", null, null))];

        foreach (var count in new[] { 0, 1, 3 })
        {
            Assert.Equal(Hash(BlockRendering.Render(block, calls[..count])), BlockRendering.Sha256(block, calls[..count]));
        }
    }

    [Fact]
    public void A_text_that_is_cut_has_the_hash_of_what_is_rendered_of_it()
    {
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"user\",\"content\":\"{new string('x', 300)}\"}}]}}")), new IngestLimits { TextUnits = 100 });

        var block = Assert.Single(run.Blocks);
        Assert.Equal((Hash(new string('x', 300)), Hash(new string('x', 100))), (block.TextSha256, block.RenderedSha256));
    }

    [Fact]
    public void What_a_sample_says_besides_is_kept_where_it_is_something()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $$"""
            {"id":1,"epoch":1,{{Chat}},"attachments":{"ab":"pip install it"},"choices":["yes","no"],"setup":"attachment://ab","role_usage":{},"sandbox":null,
             "invalidation":{"reason":"leaked"} }
            """)));

        Assert.True(run.Runs[0].Invalidated);
        Assert.Equal("""{"choices":["yes","no"],"setup":"pip install it","invalidation":{"reason":"leaked"}}""", run.Runs[0].OtherJson);
    }

    [Fact]
    public void What_scorers_say_beside_their_values_is_kept()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""
            {"id":1,"epoch":1,{{{Chat}}},"attachments":{"ab":"a long reason"},"scores":{
              "judge":{"value":"I","answer":"41","explanation":"attachment://ab","metadata":{},"history":[]},
              "plain":{"value":1,"answer":null},"edited":{"value":0.5,"history":[{"value":1}]} } }
            """)));

        Assert.Equal("""{"judge":"I","plain":1,"edited":0.5}""", run.Runs[0].ScoresJson);
        Assert.Equal("""{"judge":{"answer":"41","explanation":"a long reason"},"edited":{"history":[{"value":1}]}}""", run.Runs[0].ScoreDetailsJson);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>An hour passes between any two looks at it.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private long hours;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 3600 * Interlocked.Increment(ref hours);
    }
}

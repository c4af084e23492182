using System.Text;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Samples that would take more memory or work than one may: they are quarantined or cut with a flag, and the next one is read.</summary>
public sealed class SampleLimitTests
{
    private const string Sound = """{"id":2,"epoch":1,"messages":[{"role":"user","content":"go"}]}""";

    [Fact]
    public void Every_limit_but_the_deadline_is_in_the_key()
    {
        var names = typeof(IngestLimits).GetProperties().Select(property => property.Name).Where(name => name != nameof(IngestLimits.ProgressDeadline));

        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), new IngestLimits().ToJson().Select(pair => pair.Key).Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_message_of_many_short_parts_is_quarantined_before_it_is_held()
    {
        var part = $"{{\"type\":\"text\",\"text\":\"{new string('x', 500)}\"}}";
        var parts = string.Join(',', Enumerable.Repeat(part, 500));

        AssertQuarantined("heldUnits", $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"user\",\"content\":[{parts}]}}]}}", new IngestLimits { HeldUnits = 100_000 });
    }

    [Theory]
    [InlineData("""{"type":"text"}""")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    public void Parts_that_hold_nothing_count_too(string part)
        => AssertQuarantined("heldUnits", $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"user\",\"content\":[{string.Join(',', Enumerable.Repeat(part, 2000))}]}}]}}", new IngestLimits { HeldUnits = 100_000 });

    [Fact]
    public void Calls_count_together()
        => AssertQuarantined(
            "heldUnits",
            $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{string.Join(',', Enumerable.Repeat($$$"""{"id":"c","function":"f","arguments":{"x":"{{{new string('x', 2000)}}}"}}""", 100))}]}}]}}",
            new IngestLimits { HeldUnits = 100_000 });

    [Fact]
    public void A_message_of_many_long_parts_is_read_as_if_there_were_no_limit()
    {
        var parts = string.Join(',', Enumerable.Range(0, 100).Select(i => $"{{\"type\":\"{(i % 2 == 0 ? "text" : "reasoning")}\",\"{(i % 2 == 0 ? "text" : "reasoning")}\":\"{i} {new string('x', 3000)}\"}}"));
        var log = ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"user\",\"content\":[{parts}]}}]}}"));
        var held = Assert.Single(IngestRun.Of(log).Blocks);
        var stored = Assert.Single(IngestRun.Of(log, new IngestLimits { HeldUnits = 100_000 }).Blocks);

        Assert.Equal((held.Text, held.Reasoning, held.TextSha256, held.BlockId), (stored.Text, stored.Reasoning, stored.TextSha256, stored.BlockId));
        Assert.Empty(stored.Flags);
    }

    [Fact]
    public void Scores_and_inputs_count_together()
    {
        var limits = new IngestLimits { HeldUnits = 100_000 };
        AssertQuarantined("heldUnits", $$$"""{"id":1,"epoch":1,"messages":[],"scores":{{{{string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"s{i}\":{{\"value\":\"{new string('x', 2000)}\"}}"))}}}}}""", limits);
        AssertQuarantined("heldUnits", $$"""{"id":1,"epoch":1,"messages":[],"input":[{{string.Join(',', Enumerable.Repeat($$"""{"role":"user","content":"{{new string('x', 2000)}}"}""", 100))}}]}""", limits);
    }

    [Fact]
    public void Messages_are_counted_and_their_parts()
    {
        var limits = new IngestLimits { SampleMessages = 10 };
        AssertQuarantined("sampleMessages", $$"""{"id":1,"epoch":1,"messages":[{{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"x"}""", 11))}}]}""", limits);
        AssertQuarantined("sampleMessages", $$"""{"id":1,"epoch":1,"messages":[{"role":"user","content":[{{string.Join(',', Enumerable.Repeat("\"x\"", 11))}}]}]}""", limits);
    }

    [Fact]
    public void A_text_too_long_for_places_in_it_is_quarantined_whatever_it_is_made_of()
    {
        var limits = new IngestLimits { FieldUnits = 1000, TextUnits = 100 };
        var text = new string('x', 1001);
        AssertQuarantined("fieldUnits", $$"""{"id":1,"epoch":1,"messages":[{"role":"user","content":"{{text}}"}]}""", limits);
        AssertQuarantined("fieldUnits", $$"""{"id":1,"epoch":1,"messages":[{"role":"user","content":["{{text[..500]}}","{{text[..500]}}"]}]}""", limits);
        AssertQuarantined("fieldUnits", $$$"""{"id":1,"epoch":1,"messages":[{"role":"tool","content":"","error":{"type":"unknown","message":"{{{text}}}"}}]}""", limits);
        AssertQuarantined("fieldUnits", $$$"""{"id":1,"epoch":1,"messages":[{"role":"user","content":"attachment://ab"}],"attachments":{"ab":"{{{text}}}"}}""", limits);
        AssertQuarantined("fieldUnits", $$$"""{"id":1,"epoch":1,"messages":[{"role":"user","content":["attachment://ab","attachment://ab"]}],"attachments":{"ab":"{{{text[..600]}}}"}}""", limits);

        AssertQuarantined("fieldUnits", $$"""{"id":1,"epoch":1,"messages":[],"input":"{{text}}"}""", limits);
        AssertQuarantined("fieldUnits", $$$"""{"id":1,"epoch":1,"messages":[],"input":[{"role":"user","content":"attachment://ab"}],"attachments":{"ab":"{{{text}}}"}}""", limits);

        var whole = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""{"id":1,"epoch":1,"messages":[{"role":"user","content":"attachment://ab"},{"role":"user","content":"{{{text[..1000]}}}"}],"attachments":{"ab":"{{{text[..1000]}}}"}}""")), limits);
        Assert.Equal([1000L, 1000L], whole.Blocks.Select(block => block.Characters));
    }

    [Fact]
    public void Attachments_that_are_referred_to_again_and_again_are_put_in_only_as_long_as_there_is_room()
    {
        var attachment = new string('x', 1000);
        var many = string.Join(',', Enumerable.Repeat("\"attachment://ab\"", 50));
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""{"id":1,"epoch":1,"messages":[{"role":"assistant","content":"","tool_calls":[{"id":"c","function":"f","arguments":{"x":[{{{many}}}]}},{"id":"d","function":"f","arguments":{"x":[{{{many}}}]}}]}],"attachments":{"ab":"{{{attachment}}}"}}""")),
            new IngestLimits { JsonBytes = 10_000 });

        Assert.Equal(10, run.Calls[0].ArgumentsJson.Split(attachment).Length - 1);
        Assert.Equal([40, 50], run.Calls.Select(call => call.ArgumentsJson.Split("attachment://ab").Length - 1));

        AssertQuarantined(
            "entryBytes",
            $$$"""{"id":1,"epoch":1,"messages":[{{{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"attachment://ab"}""", 200))}}}],"attachments":{"ab":"{{{new string('x', 10_000)}}}"}}""",
            new IngestLimits { EntryBytes = 1_000_000 });
    }

    [Fact]
    public void Agents_whose_inputs_are_the_same_few_messages_again_and_again_are_left_out_with_a_flag()
    {
        var refs = string.Join(',', Enumerable.Repeat("[0,2]", 100));
        var events = string.Join(',', Enumerable.Range(0, 50).Select(i =>
            $$$"""{"event":"span_begin","id":"s{{{i}}}","type":"agent","name":"a"},{"event":"model","span_id":"s{{{i}}}","input":[],"input_refs":[{{{refs}}}],"output":{"choices":[{"message":{"id":"x{{{i}}}","role":"assistant","content":"done"}}]}}"""));
        var log = ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""
            {"id":1,"epoch":1,"messages":[{"id":"m","role":"user","content":"go"}],"events":[{{{events}}}],
             "events_data":{"messages":[{"id":"p","role":"user","content":"p"},{"id":"q","role":"user","content":"q"}],"calls":[]}}
            """));
        var run = IngestRun.Of(log, new IngestLimits { SampleMessages = 9_999 });

        Assert.Equal(["main"], run.Transcripts.Select(row => row.Name));
        Assert.Equal(["sub-agents-omitted"], run.Runs[0].Flags);
        Assert.Equal(51, IngestRun.Of(log).Transcripts.Count);
    }

    [Fact]
    public void Agents_too_many_to_tell_apart_are_left_out_with_a_flag()
    {
        var events = string.Join(',', Enumerable.Range(0, 20).Select(i =>
            $$$"""{"event":"span_begin","id":"s{{{i}}}","type":"tool","name":"t"},{"event":"model","span_id":"s{{{i}}}","input":[],"output":{"choices":[{"message":{"id":"x","role":"assistant","content":"go"}}]}}"""));
        var sample = (string last) => ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""
            {"id":1,"epoch":1,"messages":[{"id":"x","role":"user","content":"go"}],"events":[{{{events}}},{"event":"model","span_id":"s19","input":[],"output":{"choices":[{"message":{"id":"{{{last}}}","role":"assistant","content":"go"}}]}}]}
            """));
        var limits = new IngestLimits { HeldUnits = 6000 };

        Assert.Equal(["sub-agents-omitted"], IngestRun.Of(sample("y"), limits).Runs[0].Flags);
        Assert.Empty(IngestRun.Of(sample("x"), limits).Runs[0].Flags);
    }

    [Fact]
    public void References_that_go_back_and_forth_open_no_chunk_more_often_than_others()
    {
        const int Messages = 500;
        int[] order = [.. Enumerable.Range(0, 10_000).Select(i => (i * 7919) % Messages)];
        var clock = new CountingClock();
        using var folder = new TemporaryFolder();
        var path = folder.File("log");
        File.WriteAllBytes(path, Chunked(Messages, order.Select(i => (i, i + 1))));
        var run = IngestRun.Of(path, clock: clock);

        Assert.Equal(order.Select(i => $"m{i}"), run.Blocks.Select(block => block.Text));
        Assert.InRange(clock.Looks, 1, 200);
    }

    [Fact]
    public void References_that_go_back_to_more_than_is_held_are_quarantined_and_those_that_go_forward_are_read()
    {
        var limits = new IngestLimits { HeldMessages = 50 };
        var forward = IngestRun.Of(Chunked(200, [(0, 100), (120, 200)]), limits);
        var back = IngestRun.Of(Chunked(200, [(100, 200), (0, 51)]), limits);
        var fits = IngestRun.Of(Chunked(200, [(100, 200), (0, 50), (150, 160)]), limits with { HeldMessages = 60 });

        Assert.Equal(Enumerable.Range(0, 100).Concat(Enumerable.Range(120, 80)).Select(i => $"m{i}"), forward.Blocks.Select(block => block.Text));
        Assert.Contains("heldMessages", Assert.Single(back.Quarantine).Reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(100, 100).Concat(Enumerable.Range(0, 50)).Concat(Enumerable.Range(150, 10)).Select(i => $"m{i}"), fits.Blocks.Select(block => block.Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_without_ids_are_recognised_wherever_their_attachments_came_to_lie(bool turned)
    {
        // Ten together are more than is held of attachments; the sample's own messages have their texts in full.
        string[] texts = [.. Enumerable.Range(0, 10).Select(i => i + new string('x', 1_000_000))];
        var attachments = texts.Select((text, i) => $"\"a{i}\":\"{text}\"");
        var log = ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""
            {"id":1,"epoch":1,"messages":[{{{string.Join(',', texts.Select(text => $$"""{"role":"user","content":"{{text}}"}"""))}}},{"role":"assistant","content":"cut off"}],
             "events":[{"event":"span_begin","id":"s","type":"agent","name":"a"},
              {"event":"model","span_id":"s","input":[{{{string.Join(',', texts.Select((_, i) => $$"""{"role":"user","content":"attachment://a{{i}}"}"""))}}}],"output":{"choices":[{"message":{"role":"assistant","content":"attachment://a0"}}]}}],
             "attachments":{{{{string.Join(',', turned ? attachments.Reverse() : attachments)}}}}}
            """));

        Assert.Equal(["main"], IngestRun.Of(log).Transcripts.Select(row => row.Name));
    }

    [Fact]
    public void A_chunked_sample_whose_last_message_has_too_many_parts_is_quarantined()
    {
        using var bytes = new MemoryStream();
        var zip = new ZipBuilder(bytes).Add("header.json", """{"version":2,"eval":{"eval_id":"e"}}""")
            .Add("samples/1_epoch_1/sample.json", """{"id":1,"epoch":1,"message_refs":[[0,1]]}""")
            .Add("samples/1_epoch_1/messages/0.json", """[{"role":"user","content":["x","x","x"]}]""");
        zip.End();

        Assert.Contains("sampleMessages", Assert.Single(IngestRun.Of(bytes.ToArray(), new IngestLimits { SampleMessages = 2 }).Quarantine).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void More_references_than_are_followed_are_an_exceeded_cap()
    {
        var run = IngestRun.Of(Chunked(1, Enumerable.Repeat((0, 0), (1 << 20) + 1)));

        Assert.Equal("cap", Assert.Single(run.Quarantine).Kind);
    }

    [Fact]
    public void A_reference_back_to_what_is_no_message_is_damage()
    {
        using var bytes = new MemoryStream();
        var zip = new ZipBuilder(bytes).Add("header.json", """{"version":2,"eval":{"eval_id":"e"}}""")
            .Add("samples/1_epoch_1/sample.json", """{"id":1,"epoch":1,"message_refs":[[1,2],[0,1]]}""")
            .Add("samples/1_epoch_1/messages/0.json", """[7,{"role":"user","content":"x"}]""");
        zip.End();

        Assert.Equal("shape", Assert.Single(IngestRun.Of(bytes.ToArray()).Quarantine).Kind);
    }

    [Fact]
    public void References_that_make_more_messages_than_a_sample_may_have_are_quarantined()
    {
        var run = IngestRun.Of(Chunked(10, Enumerable.Repeat((0, 10), 11)), new IngestLimits { SampleMessages = 100 });

        Assert.Contains("sampleMessages", Assert.Single(run.Quarantine).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_and_metadata_as_large_as_they_may_be_are_read_back_from_their_tables()
    {
        var limits = new IngestLimits();
        var text = new string('x', limits.JsonBytes - 100);
        var run = IngestRun.Of(Encoding.UTF8.GetBytes($$$"""
            {"version":2,"eval":{"eval_id":"e"},"a":"{{{text}}}","b":"{{{text[..(limits.HeldUnits - limits.JsonBytes - 100)]}}}","samples":[{"id":2,"epoch":1,"messages":[],"metadata":{"x":"{{{text}}}"}}]}
            """));

        Assert.Empty(run.Quarantine);
        Assert.InRange(run.Log.HeaderJson.Length, limits.HeldUnits - 300, limits.HeldUnits);
        Assert.Equal(text.Length + 8, Assert.Single(run.Runs).MetadataJson.Length);
    }

    [Fact]
    public void A_header_larger_than_is_held_is_reported_and_the_samples_read()
    {
        var big = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"x{i}\":\"{new string('x', 2000)}\""));
        var run = IngestRun.Of(Encoding.UTF8.GetBytes($$"""{"version":2,"eval":{"eval_id":"e"},{{big}},"samples":[{{Sound}}]}"""), new IngestLimits { HeldUnits = 100_000 });

        Assert.Equal(["2"], run.Runs.Select(row => row.SampleId));
        Assert.Equal(("", "cap", false), (Assert.Single(run.Quarantine).Entry, run.Quarantine[0].Kind, run.Quarantine[0].IsSample));
    }

    [Fact]
    public void Damage_before_the_first_sample_of_a_json_log_is_not_forgotten()
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"version":2,"eval":{"eval_id":"e","task":"?"},"samples":[{{Sound}}]}""");
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
        var run = IngestRun.Of(bytes);

        Assert.Equal(["2"], run.Runs.Select(row => row.SampleId));
        Assert.Equal(("", "utf8", false), (Assert.Single(run.Quarantine).Entry, run.Quarantine[0].Kind, run.Quarantine[0].IsSample));
    }

    [Fact]
    public void Names_of_entries_that_are_no_utf8_stay_apart()
    {
        using var bytes = new MemoryStream();
        var zip = new ZipBuilder(bytes).Add("header.json", """{"version":2,"eval":{"eval_id":"e"}}""");
        foreach (var name in (byte[])[0xE8, 0xE9])
        {
            zip.Add([.. "samples/caf"u8, name, .. "_epoch_1.json"u8], Encoding.UTF8.GetBytes(name == 0xE8 ? Sound : "{"));
            zip.Add([.. "samples/chunked"u8, name, .. "_epoch_1/sample.json"u8], Encoding.UTF8.GetBytes($$"""{"id":"{{name}}","epoch":1}"""));
        }

        zip.End();
        var run = IngestRun.Of(bytes.ToArray());

        Assert.Equal((4, 3, 1), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
        Assert.Equal(["2", "232", "233"], run.Runs.Select(row => row.SampleId).Order(StringComparer.Ordinal));
        Assert.Equal(@"samples/caf\xE9_epoch_1.json", Assert.Single(run.Quarantine).Entry);
    }

    [Fact]
    public void Agents_whose_spans_share_an_id_have_transcripts_and_groups_of_their_own()
    {
        static string Agent(int i) => $$$"""{"event":"span_begin","id":"s","type":"agent","name":"a{{{i}}}"},{"event":"model","span_id":"s","input":[{"id":"in","role":"user","content":"work"}],"output":{"choices":[{"message":{"id":"x{{{i}}}","role":"assistant","content":"done"}}]}}""";
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $$"""{"id":1,"epoch":1,"messages":[{"id":"m","role":"user","content":"go"}],"events":[{{Agent(0)}},{{Agent(1)}}]}""")));

        Assert.Equal(["main", "a0", "a1"], run.Transcripts.Select(row => row.Name));
        Assert.Equal(3, run.Transcripts.Select(row => row.TranscriptId).Distinct().Count());
        Assert.Equal(2, run.Read<TranscriptGroupRow>().Select(row => row.GroupId).Distinct().Count());
        Assert.Equal(run.Read<TranscriptGroupRow>().Select(row => row.GroupId), run.Transcripts.Skip(1).Select(row => row.GroupId!));
        Assert.Equal(["repeated-ids"], run.Runs[0].Flags);
    }

    /// <summary>The first sample is quarantined with the limit's name, the second one read, in an archive and in a <c>.json</c> log.</summary>
    private static void AssertQuarantined(string limit, string sample, IngestLimits limits)
    {
        foreach (var log in (byte[][])[ZipBuilder.Log(("samples/1_epoch_1.json", sample), ("samples/2_epoch_1.json", Sound)), Encoding.UTF8.GetBytes($$"""{"version":2,"eval":{"eval_id":"e"},"samples":[{{sample}},{{Sound}}]}""")])
        {
            var run = IngestRun.Of(log, limits);

            Assert.Equal(["2"], run.Runs.Select(row => row.SampleId));
            var row = Assert.Single(run.Quarantine);
            Assert.Equal(("cap", true), (row.Kind, row.IsSample));
            Assert.Contains(limit, row.Reason, StringComparison.Ordinal);
        }
    }

    /// <summary>A sample in chunks of 100 messages m0, m1 … with references to them.</summary>
    private static byte[] Chunked(int messages, IEnumerable<(int Start, int End)> refs)
    {
        using var bytes = new MemoryStream();
        var zip = new ZipBuilder(bytes).Add("header.json", """{"version":2,"eval":{"eval_id":"e"}}""")
            .Add("samples/1_epoch_1/sample.json", $$"""{"id":1,"epoch":1,"message_refs":[{{string.Join(',', refs.Select(range => $"[{range.Start},{range.End}]"))}}]}""");
        foreach (var chunk in Enumerable.Range(0, messages).Chunk(100))
        {
            zip.Add($"samples/1_epoch_1/messages/{chunk[0]}.json", $"[{string.Join(',', chunk.Select(i => $$"""{"role":"user","content":"m{{i}}"}"""))}]");
        }

        zip.End();
        return bytes.ToArray();
    }

    /// <summary>Counts how often it is looked at, which is once for every stream that is opened and every piece that is read.</summary>
    private sealed class CountingClock : TimeProvider
    {
        public int Looks { get; private set; }

        public override long GetTimestamp()
        {
            Looks++;
            return 0;
        }
    }
}

using System.Text;
using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>What is kept whole, what is cut, and that a cut is said.</summary>
public sealed class KeptTextTests
{
    [Fact]
    public void Many_attachments_that_fit_into_rows_are_whole_in_them_and_not_called_cut()
    {
        var attachments = Enumerable.Range(0, 9).Select(i => new string((char)('a' + i), 1_000_000)).ToList();
        var run = IngestRun.Of(Log(attachments, "{}"));

        Assert.Equal(attachments, run.Blocks.Select(block => block.Text));
        Assert.All(run.Blocks, block => Assert.Empty(block.Flags));
        Assert.Empty(run.Read<LargeTextRow>());
    }

    [Fact]
    public void Rows_are_the_same_however_few_attachments_are_held()
    {
        var attachments = Enumerable.Range(0, 60).Select(i => new string((char)('a' + (i % 26)), 300 + i)).Append("attachment://00").Append("data:text/plain;base64," + new string('A', 400)).ToList();
        const string Events = """
            [{"event":"span_begin","id":"s","type":"tool","name":"worker"},
             {"event":"model","span_id":"s","input":[{"role":"user","content":"attachment://07"}],"output":{"choices":[{"message":{"role":"assistant","content":"attachment://08"}}]}}]
            """;
        var bytes = Log(attachments, "{\"x\":\"attachment://05\"}", Events);

        var all = Described(IngestRun.Of(bytes));
        Assert.Contains(all, row => row.Contains("view eeeeee", StringComparison.Ordinal));
        foreach (var held in (int[])[90_000, 30_000, 3_000])
        {
            Assert.Equal(all, Described(IngestRun.Of(bytes, new IngestLimits { HeldUnits = held })));
        }
    }

    [Fact]
    public void Json_over_the_cap_is_left_out_with_a_flag()
    {
        var long_ = new string('x', 2000);
        var bytes = ZipBuilder.Log(
            ("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"metadata\":{{\"a\":\"{long_}\"}},\"messages\":[]}}"),
            ("samples/2_epoch_1.json", $"{{\"id\":2,\"epoch\":1,\"messages\":[{Call(JsonSerializer.Serialize(new { a = long_ }))}]}}"),
            ("samples/3_epoch_1.json", $"{{\"id\":3,\"epoch\":1,\"messages\":[{Call("\"{}\"")}]}}"));
        var run = IngestRun.Of(bytes, new IngestLimits { JsonBytes = 1000 });

        Assert.Equal(["truncated", "truncated", ""], run.Runs.Select(row => string.Join(',', row.Flags)));
        Assert.Equal("{\"omitted\":\"longer than 1000 bytes\"}", run.Runs[0].MetadataJson);
        Assert.Equal("{\"omitted\":\"longer than 1000 bytes\"}", run.Calls[0].ArgumentsJson);
    }

    [Fact]
    public void What_no_column_is_for_and_what_scorers_say_is_flagged_where_it_is_too_much()
    {
        var long_ = new string('x', 600);
        var run = IngestRun.Of(
            ZipBuilder.Log(
                ("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[],\"setup\":\"{long_}\",\"choices\":[\"{long_}\"]}}"),
                ("samples/2_epoch_1.json", $"{{\"id\":2,\"epoch\":1,\"messages\":[],\"scores\":{{\"a\":{{\"value\":1,\"explanation\":\"{long_}\"}},\"b\":{{\"value\":0,\"explanation\":\"{long_}\"}}}}}}"),
                ("samples/3_epoch_1.json", $"{{\"id\":3,\"epoch\":1,\"messages\":[],\"setup\":\"{long_}\"}}")),
            new IngestLimits { JsonBytes = 1000 });

        Assert.Equal(["truncated", "truncated", ""], run.Runs.Select(row => string.Join(',', row.Flags)));
    }

    [Fact]
    public void A_headers_property_over_the_cap_is_left_out_with_a_flag_of_the_log()
    {
        var text = $"{{\"version\":2,\"eval\":{{\"eval_id\":\"e\"}},\"stats\":\"{new string('x', 2000)}\",\"samples\":[]}}";
        var run = IngestRun.Of(Encoding.UTF8.GetBytes(text), new IngestLimits { JsonBytes = 1000 });

        Assert.Equal(["truncated"], run.Log.Flags);
        Assert.Contains("\"stats\":{\"omitted\":\"longer than 1000 bytes\"}", run.Log.HeaderJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_within_a_string_longer_than_a_row_takes_are_whole()
    {
        var arguments = JsonSerializer.Serialize(new { text = new string('x', 500) });
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{Call(JsonSerializer.Serialize(arguments))}]}}")),
            new IngestLimits { TextUnits = 100 });

        Assert.Equal((arguments, null), (Assert.Single(run.Calls).ArgumentsJson, run.Calls[0].ParseError));
        Assert.Empty(run.Runs[0].Flags);
    }

    [Fact]
    public void Arguments_within_a_string_longer_than_the_cap_are_left_out_with_a_flag()
    {
        var arguments = JsonSerializer.Serialize(new { text = new string('x', 500) });
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{Call(JsonSerializer.Serialize(arguments))}]}}")),
            new IngestLimits { TextUnits = 100, JsonBytes = 300 });

        Assert.Equal("{\"omitted\":\"longer than 300 bytes\"}", Assert.Single(run.Calls).ArgumentsJson);
        Assert.Equal(["truncated"], run.Runs[0].Flags);
    }

    [Fact]
    public void What_stands_in_arguments_within_a_string_is_flagged_and_what_is_no_json_is_kept_as_text()
    {
        var run = IngestRun.Of(ZipBuilder.Log(
            ("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{Call("\"[NaN]\"")}]}}"),
            ("samples/2_epoch_1.json", $"{{\"id\":2,\"epoch\":1,\"messages\":[{Call("\"[tru]\"")}]}}")));

        Assert.Equal([("""[{"float":"NaN"}]""", false), ("\"[tru]\"", true)], run.Calls.Select(call => (call.ArgumentsJson, call.ParseError is not null)));
        Assert.Equal(["nan", ""], run.Runs.Select(row => string.Join(',', row.Flags)));
    }

    [Fact]
    public void A_short_field_that_is_cut_flags_its_run()
    {
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[],\"error\":{{\"message\":\"{new string('x', 70_000)}\"}}}}")));

        Assert.Equal((65_536, "truncated"), (Assert.Single(run.Runs).ErrorMessage!.Length, string.Join(',', run.Runs[0].Flags)));
    }

    [Fact]
    public void A_short_field_that_lay_in_the_scratch_file_is_whole_and_not_called_cut()
    {
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[],\"error\":{{\"message\":\"{new string('x', 40_000)}\"}}}}")),
            new IngestLimits { TextUnits = 100 });

        Assert.Equal((40_000, ""), (Assert.Single(run.Runs).ErrorMessage!.Length, string.Join(',', run.Runs[0].Flags)));
    }

    [Fact]
    public void Views_and_arguments_share_the_room_for_attachments_and_what_is_left_is_flagged()
    {
        var calls = string.Join(',', Enumerable.Repeat("{\"id\":\"c\",\"function\":\"f\",\"arguments\":{\"x\":\"attachment://ab\"},\"view\":{\"content\":\"attachment://ab\"}}", 3));
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{calls}]}}],\"attachments\":{{\"ab\":\"{new string('x', 1000)}\"}}}}")),
            new IngestLimits { JsonBytes = 3500 });

        Assert.Equal([1008, 1008, 23], run.Calls.Select(call => call.ArgumentsJson.Length));
        Assert.Equal([1000, 15, 15], run.Calls.Select(call => call.ViewText!.Length));
        Assert.Equal(["truncated"], run.Runs[0].Flags);
    }

    [Fact]
    public void Attachments_too_long_for_arguments_that_are_only_compared_flag_nothing()
    {
        // The event's input is the sample's own message once more, there with an attachment.
        static string Said(string id, string argument) => $$$"""{"id":"{{{id}}}","role":"assistant","content":"go","tool_calls":[{"id":"c","function":"f","arguments":{"x":"{{{argument}}}"}}]}""";
        var run = IngestRun.Of(
            ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""
                {"id":1,"epoch":1,"messages":[{{{Said("m", new string('x', 500))}}},{"id":"n","role":"user","content":"cut off"}],
                 "events":[{"event":"span_begin","id":"s","type":"agent","name":"a"},
                  {"event":"model","span_id":"s","input":[{{{Said("m", "attachment://ab")}}}],"output":{"choices":[{"message":{{{Said("o", "y")}}}}]}}],
                 "attachments":{"ab":"{{{new string('x', 500)}}}"}}
                """)),
            new IngestLimits { TextUnits = 100 });

        Assert.Equal(["main"], run.Transcripts.Select(row => row.Name));
        Assert.Empty(run.Runs[0].Flags);
    }

    [Fact]
    public void More_properties_of_an_unknown_part_than_are_kept_are_said_to_be_cut()
    {
        string Part(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":\"value {i}\"").Prepend("\"type\":\"novel\""));
        var run = IngestRun.Of(ZipBuilder.Log(
            ("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"messages\":[{{\"role\":\"user\",\"content\":[{{{Part(64)}}}]}}]}}"),
            ("samples/2_epoch_1.json", $"{{\"id\":2,\"epoch\":1,\"messages\":[{{\"role\":\"user\",\"content\":[{{{Part(65)}}}]}}]}}")));

        Assert.Equal(["", "truncated"], run.Runs.Select(row => string.Join(',', row.Flags)));
        Assert.All(run.Blocks, block => Assert.Contains("value 63", block.Other, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_a_score_that_comes_again_the_last_value_counts_and_too_many_names_are_said_to_be_cut()
    {
        var many = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"s{i}\":{{\"value\":{i}}}"));
        var run = IngestRun.Of(ZipBuilder.Log(
            ("samples/1_epoch_1.json", """{"id":1,"epoch":1,"messages":[],"scores":{"a":{"value":1},"b":{"value":2},"a":{"value":3}}}"""),
            ("samples/2_epoch_1.json", $"{{\"id\":2,\"epoch\":1,\"messages\":[],\"scores\":{{{many},\"s0\":{{\"value\":7}}}}}}")));

        Assert.Equal("""{"a":3,"b":2}""", run.Runs[0].ScoresJson);
        Assert.Equal(("a", 3.0), (run.Runs[0].PrimaryScoreName, run.Runs[0].PrimaryScore));
        Assert.StartsWith("""{"s0":7,"s1":1,""", run.Runs[1].ScoresJson, StringComparison.Ordinal);
        Assert.DoesNotContain("s10000", run.Runs[1].ScoresJson, StringComparison.Ordinal);
        Assert.Equal(["truncated"], run.Runs[1].Flags);
    }

    private static string Call(string arguments)
        => $"{{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{{\"id\":\"a\",\"type\":\"function\",\"function\":{{\"name\":\"f\",\"arguments\":{arguments}}}}}]}}";

    /// <summary>One message an attachment, the last one as an image, and a call with a view that is one.</summary>
    private static byte[] Log(List<string> attachments, string metadata, string? events = null)
    {
        var references = Enumerable.Range(0, attachments.Count).Select(i => $"attachment://{i:x2}").ToList();
        var messages = references.Select((reference, i) => attachments[i].StartsWith("data:", StringComparison.Ordinal)
            ? $"{{\"role\":\"user\",\"content\":[{{\"type\":\"image\",\"image\":\"{reference}\"}},{{\"type\":\"text\",\"text\":\"{references[1]}\"}}]}}"
            : $"{{\"role\":\"user\",\"content\":\"{reference}\"}}").ToList();
        if (events is not null)
        {
            messages.Add("{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c\",\"function\":\"f\",\"arguments\":{\"x\":\"attachment://06\"},\"view\":{\"content\":\"attachment://04\"}}]}");
        }

        var texts = string.Join(',', attachments.Select((text, i) => $"\"{i:x2}\":{JsonSerializer.Serialize(text)}"));
        return ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,\"metadata\":{metadata},\"messages\":[{string.Join(',', messages)}],\"events\":{events ?? "[]"},\"attachments\":{{{texts}}}}}"));
    }

    private static List<string> Described(IngestRun run) =>
    [
        .. run.Runs.Select(row => $"run {row.AgentRunId} {row.ContentSha256} {row.MetadataJson} {string.Join(',', row.Flags)}"),
        .. run.Transcripts.Select(row => $"transcript {row.TranscriptId} {row.Origin} {row.MessageCount}"),
        .. run.Blocks.Select(row => $"block {row.BlockId} {row.Text} {row.Other} {row.Characters} {row.TextSha256} {string.Join(',', row.Flags)}"),
        .. run.Calls.Select(row => $"call {row.BlockId} {row.ArgumentsJson} view {row.ViewText}"),
        .. run.Read<LargeTextRow>().Select(row => $"large {row}"),
        .. run.Read<AttachmentRow>().Select(row => $"attachment {row}"),
    ];
}

using System.Text;
using System.Text.Json;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Docent's agent runs and τ-bench results.</summary>
public sealed class OtherRunTests
{
    private const string Run = """
        {"id":"run-1","name":"one","metadata":{"model":"m","task_id":"t-9","scores":{"reward":0.5,"ok":true}},
         "transcript_groups":[{"id":"g2","parent_transcript_group_id":"g1","name":"inner"},{"id":"g1","name":"outer"}],
         "transcripts":[
          {"id":"a","messages":[{"role":"system","content":"Rules."},{"role":"user","content":[{"type":"text","text":"Do it."}]},
            {"role":"assistant","content":[{"type":"reasoning","reasoning":"Hm."},{"type":"text","text":"I try."}],"tool_calls":[{"id":"c","function":"bash","arguments":{"cmd":"ls"},"type":"function"}]},
            {"role":"tool","tool_call_id":"c","function":"bash","content":"","error":{"type":"timeout","message":"too slow"}}]},
          {"id":"b","name":"helper","transcript_group_id":"g2","messages":[{"role":"assistant","content":"Alone."}]}]}
        """;

    [Fact]
    public void A_docent_run_is_read_with_its_transcripts_groups_calls_and_errors()
    {
        var run = Ingest(Run);

        Assert.Equal("docent", run.Log.Format);
        var row = Assert.Single(run.Runs);
        Assert.Equal(("run-1", "t-9", "m", 4, 1), (row.AgentRunId, row.SampleId, row.Model, row.MessageCount, row.ToolCallCount));
        Assert.Equal("""{"reward":0.5,"ok":true}""", row.ScoresJson);
        Assert.Equal(("reward", 0.5), (row.PrimaryScoreName, row.PrimaryScore));
        Assert.Equal("Do it.", row.InputText);
        Assert.Equal(["main", "helper"], run.Transcripts.Select(transcript => transcript.Name));
        Assert.Equal(["outer", "inner"], run.Read<TranscriptGroupRow>().Select(group => group.Name));
        Assert.Equal(run.Read<TranscriptGroupRow>()[1].GroupId, run.Transcripts[1].GroupId);
        Assert.Equal(["Rules.", "Do it.", "I try.", "", "Alone."], run.Blocks.Select(block => block.Text));
        Assert.Equal("Hm.", run.Blocks[2].Reasoning);
        Assert.Equal(("timeout", "too slow"), (run.Blocks[3].ToolErrorType, run.Blocks[3].ToolErrorMessage));
        Assert.Equal(3, Assert.Single(run.Calls).ResultBlockIndex);
    }

    [Fact]
    public void Names_metadata_and_members_without_a_column_are_kept_at_every_level()
    {
        var run = Ingest("""
            {"id":"r","name":"night run","description":"of the suite","judge_results":[{"rubric_id":"q","output":{"label":"match"}}],"metadata":{"model":"m","k":1},
             "transcript_groups":[{"id":"g","name":"outer","description":"all of it","metadata":{"depth":0}}],
             "transcripts":[{"id":"a","name":"first","transcript_group_id":"g","created_at":"2026-01-01","metadata":{"page":7},"messages":[{"role":"user","content":"x"}]},
               {"id":"b","metadata":{},"messages":[]}]}
            """);

        var row = Assert.Single(run.Runs);
        Assert.Equal("night run", row.Name);
        Assert.Equal("""{"model":"m","k":1}""", row.MetadataJson);
        Assert.Equal("""{"description":"of the suite","judge_results":[{"rubric_id":"q","output":{"label":"match"}}]}""", row.OtherJson);
        Assert.Equal([("""{"page":7}""", """{"created_at":"2026-01-01"}"""), (null, null)], run.Transcripts.Select(transcript => (transcript.MetadataJson, transcript.OtherJson)));
        Assert.Equal([("""{"depth":0}""", """{"description":"all of it"}""")], run.Read<TranscriptGroupRow>().Select(group => (group.MetadataJson!, group.OtherJson!)));
    }

    [Fact]
    public void Metadata_of_more_length_than_is_held_leave_a_note()
    {
        var metadata = $"{{\"text\":\"{new string('x', 80)}\"}}";
        var run = IngestRun.Of(
            Encoding.UTF8.GetBytes($"{{\"id\":\"r\",\"transcripts\":[{{\"metadata\":{metadata},\"messages\":[]}},{{\"metadata\":{metadata},\"messages\":[]}}],\"a\":\"{new string('y', 60)}\",\"b\":\"{new string('z', 60)}\"}}"),
            new IngestLimits { JsonBytes = 120 });

        Assert.Equal([metadata, """{"omitted":"more than 120 characters together"}"""], run.Transcripts.Select(transcript => transcript.MetadataJson));
        Assert.Equal("""{"omitted":"longer than 120 bytes"}""", Assert.Single(run.Runs).OtherJson);
    }

    [Fact]
    public void What_a_list_of_runs_says_besides_them_stands_in_the_header()
    {
        var one = JsonSerializer.Serialize(JsonDocument.Parse(Run).RootElement);
        var run = Ingest($$"""{"name":"all","rubrics":[{"id":"q","version":2}],"agent_runs":[{{one}}],"labels":[1]}""");

        Assert.Equal(["run-1"], run.Runs.Select(row => row.AgentRunId));
        using var header = JsonDocument.Parse(run.Log.HeaderJson);
        Assert.Equal("""[{"name":"all","other":{"rubrics":[{"id":"q","version":2}],"labels":[1]}}]""", header.RootElement.GetProperty("collections").GetRawText());
    }

    [Theory]
    [InlineData("[{0},{1}]")]
    [InlineData("{{\"agent_runs\":[{0},{1}]}}")]
    [InlineData("{0}\n{1}")]
    public void Docent_runs_come_in_lists_and_lines(string layout)
    {
        var one = JsonSerializer.Serialize(JsonDocument.Parse(Run).RootElement);
        var run = Ingest(string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, one, one.Replace("run-1", "run-2", StringComparison.Ordinal)));

        Assert.Equal(["run-1", "run-2"], run.Runs.Select(row => row.AgentRunId));
        Assert.Equal((2, 2, 0), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
        Assert.Empty(run.Quarantine);
    }

    [Fact]
    public void A_run_of_another_shape_is_quarantined_and_the_next_one_read()
    {
        var run = Ingest($$"""[{"id":"x","transcripts":[{"messages":"none"}]},{{Run}},{"id":"y","transcripts":[]}]""");

        Assert.Equal(["run-1"], run.Runs.Select(row => row.AgentRunId));
        Assert.Equal([("runs[0]", "shape"), ("runs[2]", "shape")], run.Quarantine.Select(row => (row.Entry, row.Kind)));
        Assert.Equal((3, 1, 2), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
    }

    [Fact]
    public void Tau_bench_results_are_read_with_their_calls()
    {
        var path = SharedData.Require("data/eval-logs/tau-bench-airline.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var messages = document.RootElement.GetProperty("traj").EnumerateArray().ToList();
        var run = IngestRun.Of(path);

        Assert.Equal("tau-bench", run.Log.Format);
        var row = Assert.Single(run.Runs);
        Assert.Equal(("0", true, 1, "tau-bench"), (row.SampleId, row.SampleIdIsNumber, row.Epoch, row.Task));
        Assert.Equal(("reward", 0.0), (row.PrimaryScoreName, row.PrimaryScore));
        Assert.Equal(messages.Count, row.MessageCount);
        Assert.Equal(messages.Select(message => message.GetProperty("content").GetString() ?? ""), run.Blocks.Select(block => block.Text));
        var calls = messages.Where(message => message.TryGetProperty("tool_calls", out var list) && list.ValueKind == JsonValueKind.Array)
            .SelectMany(message => message.GetProperty("tool_calls").EnumerateArray()).Select(call => call.GetProperty("function")).ToList();
        Assert.NotEmpty(calls);
        Assert.Equal(calls.Select(call => call.GetProperty("name").GetString()), run.Calls.Select(call => call.Function));
        foreach (var (expected, actual) in calls.Zip(run.Calls))
        {
            using var arguments = JsonDocument.Parse(expected.GetProperty("arguments").ToString());
            using var read = JsonDocument.Parse(actual.ArgumentsJson);
            Assert.True(JsonElement.DeepEquals(arguments.RootElement, read.RootElement));
            Assert.NotNull(actual.ResultBlockIndex);
        }
    }

    [Fact]
    public void Arguments_within_a_string_are_read_and_what_is_none_is_kept_with_the_fault()
    {
        var run = Ingest("""
            [{"task_id":3,"reward":1.0,"trial":2,"traj":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[
              {"id":"a","type":"function","function":{"name":"f","arguments":"{ \"x\": [1, 2] }"}},{"id":"b","type":"function","function":{"name":"g","arguments":"{broken"}}]}]}]
            """);

        Assert.Equal(("3", 3), (run.Runs[0].SampleId, run.Runs[0].Epoch));
        Assert.Equal([("""{"x":[1,2]}""", false), ("\"{broken\"", true)], run.Calls.Select(call => (call.ArgumentsJson, call.ParseError is not null)));
        Assert.Equal(1, run.Runs[0].ParseErrorCount);
    }

    [Fact]
    public void Arguments_within_a_long_string_are_read_whole()
    {
        var path = new string('p', 5000);
        var run = IngestRun.Of(
            Encoding.UTF8.GetBytes($$$"""[{"task_id":3,"reward":1.0,"traj":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"path\":\"{{{path}}}\"}"}}]}]}]"""),
            new IngestLimits { TextUnits = 100 });

        Assert.Equal(($$"""{"path":"{{path}}"}""", null), (Assert.Single(run.Calls).ArgumentsJson, run.Calls[0].ParseError));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fifty_thousand_groups_are_a_tree_however_they_lie(bool chain)
    {
        const int Groups = 50_000;
        // Children first, where there are any.
        var groups = string.Join(',', Enumerable.Range(0, Groups).Reverse()
            .Select(i => chain && i > 0 ? $$"""{"id":"g{{i}}","name":"{{i}}","parent_transcript_group_id":"g{{i - 1}}"}""" : $$"""{"id":"g{{i}}","name":"{{i}}"}"""));
        var run = Ingest($$"""{"id":"x","transcript_groups":[{{groups}}],"transcripts":[{"transcript_group_id":"g{{Groups - 1}}","messages":[{"role":"user","content":"hi"}]}]}""");

        var rows = run.Read<TranscriptGroupRow>();
        Assert.Equal(chain ? Enumerable.Range(0, Groups) : Enumerable.Range(0, Groups).Reverse(), rows.Select(row => int.Parse(row.Name, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(rows.Select((_, i) => chain && i > 0 ? rows[i - 1].GroupId : null), rows.Select(row => row.ParentGroupId));
        Assert.Equal(rows[chain ? ^1 : 0].GroupId, Assert.Single(run.Transcripts).GroupId);
        Assert.Empty(run.Runs[0].Flags);
    }

    [Fact]
    public void Groups_whose_parents_are_missing_or_go_round_are_kept_with_a_flag()
    {
        var run = Ingest("""
            {"id":"x","transcript_groups":[{"id":"below","name":"below","parent_transcript_group_id":"a"},{"id":"a","name":"a","parent_transcript_group_id":"c"},
              {"id":"b","name":"b","parent_transcript_group_id":"a"},{"id":"c","name":"c","parent_transcript_group_id":"b"},
              {"id":"self","name":"self","parent_transcript_group_id":"self"},{"id":"lost","name":"lost","parent_transcript_group_id":"nowhere"}],
             "transcripts":[{"transcript_group_id":"c","messages":[{"role":"user","content":"hi"}]}]}
            """);

        var rows = run.Read<TranscriptGroupRow>();
        var names = rows.ToDictionary(row => row.GroupId, row => row.Name);
        Assert.Equal(
            [("a", ""), ("below", "a"), ("b", "a"), ("c", "b"), ("self", ""), ("lost", "")],
            rows.Select(row => (row.Name, row.ParentGroupId is { } parent ? names[parent] : "")));
        Assert.Equal(["broken-groups"], run.Runs[0].Flags);
        Assert.Equal("c", names[run.Transcripts[0].GroupId!]);
    }

    [Theory]
    [InlineData("""[{"id":"t","messages":[{0}]},{"id":"t","messages":[{0}]}]""")]
    [InlineData("""[{"messages":[{0}]},{"id":"","messages":[{0}]}]""")]
    [InlineData("""[{"id":"1","messages":[{0}]},{"messages":[{0}]}]""")]
    public void Transcripts_that_share_an_id_have_ids_of_their_own_and_a_flag(string transcripts)
    {
        var run = Ingest($$"""{"id":"x","transcripts":{{transcripts.Replace("{0}", """{"role":"user","content":"hi"}""", StringComparison.Ordinal)}}}""");

        Assert.Equal(2, run.Transcripts.Select(row => row.TranscriptId).Distinct().Count());
        Assert.Equal(2, run.Blocks.Select(row => row.BlockId).Distinct().Count());
        Assert.Equal(run.Transcripts.Select(row => row.TranscriptId), run.Blocks.Select(row => row.TranscriptId));
        Assert.Equal(["repeated-ids"], run.Runs[0].Flags);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void What_a_run_may_hold_is_shared_by_its_transcripts(int messages)
    {
        var run = IngestRun.Of(
            Encoding.UTF8.GetBytes($$"""[{"id":"x","transcripts":[{{Transcript(messages - 3)}},{{Transcript(3)}}]},{"id":"y","transcripts":[{{Transcript(1)}}]}]"""),
            new IngestLimits { HeldMessages = 5 });

        Assert.Equal(messages > 5 ? ["y"] : ["x", "y"], run.Runs.Select(row => row.AgentRunId));
        Assert.Equal(messages > 5 ? ["cap"] : [], run.Quarantine.Select(row => row.Kind));
        Assert.All(run.Quarantine, row => Assert.Contains("heldMessages", row.Reason, StringComparison.Ordinal));

        static string Transcript(int messages) => $$"""{"messages":[{{string.Join(',', Enumerable.Repeat("""{"role":"user","content":"hi"}""", messages))}}]}""";
    }

    private static IngestRun Ingest(string text) => IngestRun.Of(Encoding.UTF8.GetBytes(text));
}

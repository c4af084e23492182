using System.Text;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Faults within a log's JSON: what is lost by each, and what is not.</summary>
public sealed class DamagedSampleTests
{
    private const string Head = "{\"version\":2,\"status\":\"success\",\"eval\":{\"eval_id\":\"e\",\"task\":\"t\",\"model\":\"m\"},";
    private const string Chat = "\"messages\":[{\"role\":\"user\",\"content\":\"go\"},{\"role\":\"assistant\",\"content\":\"gone\"}]";

    /// <summary>A value with a fault in it that leaves no doubt where the next one begins; § stands before the byte that is reported.</summary>
    public static TheoryData<string> Faults => new(
        "\"a§\nb\"",
        "\"a§\\xb\"",
        "\"a§\\\u0001b\"",
        "\"a§\\u12g4\"",
        "§01",
        "§1.2.3",
        "[1,§0x1F,2]",
        "§tru",
        "§falsehood",
        "§None",
        "§undefined",
        "§'single'",
        "[1,§\0\0\0]");

    [Theory]
    [MemberData(nameof(Faults))]
    public void In_a_json_log_a_fault_within_a_value_costs_its_sample_only(string fault)
    {
        var text = $"{Head}\"samples\":[{{\"id\":1,{Chat}}},{{\"id\":2,\"store\":{fault},{Chat}}},{{\"id\":3,{Chat}}}]}}";
        var run = IngestRun.Of(Bytes(text, out var offset));

        Assert.Equal(["1", "3"], run.Runs.Select(row => row.SampleId));
        Assert.Equal([("samples[1]", "json", (long?)offset, true)], run.Quarantine.Select(row => (row.Entry, row.Kind, row.ByteOffset, row.IsSample)));
        Assert.Equal((3, 2, 1), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Where_the_value_is_wanted_the_fault_costs_the_same(string fault)
    {
        var text = $"{Head}\"samples\":[{{\"id\":2,\"metadata\":{fault},\"scores\":{fault},\"total_time\":{fault},\"input\":{fault},\"messages\":[{{\"role\":\"user\",\"content\":{fault}}}]}},{{\"id\":3,{Chat}}}]}}";
        var run = IngestRun.Of(Bytes(text, out var offset));

        Assert.Equal(["3"], run.Runs.Select(row => row.SampleId));
        Assert.Equal([("samples[0]", (long?)offset)], run.Quarantine.Select(row => (row.Entry, row.ByteOffset)));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void In_an_archive_the_same_fault_costs_the_same(string fault)
    {
        var damaged = Bytes($"{{\"id\":2,\"epoch\":1,\"store\":{fault},{Chat}}}", out var offset);
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,{Chat}}}"), ("samples/2_epoch_1.json", Encoding.UTF8.GetString(damaged))));

        Assert.Equal(["1"], run.Runs.Select(row => row.SampleId));
        Assert.Equal([("samples/2_epoch_1.json", "json", (long?)offset)], run.Quarantine.Select(row => (row.Entry, row.Kind, row.ByteOffset)));
    }

    [Fact]
    public void A_fault_of_brackets_ends_the_log_and_says_where_it_began()
    {
        var text = $"{Head}\"samples\":[{{\"id\":1,{Chat}}},{{\"id\":2,\"store\":§tru,\"metadata\":[1}},{{\"id\":3,{Chat}}}]}}";
        var run = IngestRun.Of(Bytes(text, out var offset));

        Assert.Equal(["1"], run.Runs.Select(row => row.SampleId));
        Assert.Equal([("samples[1]", true), ("", false)], run.Quarantine.Select(row => (row.Entry, row.IsSample)));
        Assert.Equal(offset, run.Quarantine[0].ByteOffset);
        Assert.StartsWith("what follows samples[1] cannot be read", run.Quarantine[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("      \"store\": {\"a\": [1, 2},\n")]
    [InlineData("      \"store\": 1 2,\n")]
    [InlineData("      \"store\" 1,\n")]
    [InlineData("      },\n")]
    [InlineData("      \"store\": {\n        \"x\": 1\n      ],\n")]
    [InlineData("      \"store\": {\n        \"x\": \"\\\"\",\n")]
    public void In_an_indented_log_a_fault_of_brackets_costs_its_sample_only(string lines)
    {
        foreach (var damaged in (int[])[1, 2, 3])
        {
            var run = IngestRun.Of(Encoding.UTF8.GetBytes(Indented(damaged, lines)));

            Assert.Equal(new[] { "1", "2", "3" }.Where(id => id != $"{damaged}"), run.Runs.Select(row => row.SampleId));
            Assert.All(run.Runs, row => Assert.Equal(1, row.MessageCount));
            Assert.Equal([($"samples[{damaged - 1}]", "json", true)], run.Quarantine.Select(row => (row.Entry, row.Kind, row.IsSample)));
            Assert.Equal((3, 2, 1), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
            Assert.Equal(["nan"], run.Log.Flags);
        }
    }

    [Theory]
    [InlineData("      \"store\": \"x,\n")]
    [InlineData("      \"store\": [\"x\n    {\n      \\\"id\\\": 9\n    },\n    {\n\", 1},\n")]
    public void Where_a_string_may_be_open_no_line_is_taken_for_a_samples_beginning(string lines)
    {
        var run = IngestRun.Of(Encoding.UTF8.GetBytes(Indented(2, lines)));

        Assert.Equal(["1"], run.Runs.Select(row => row.SampleId));
        Assert.Equal([("samples[1]", true), ("", false)], run.Quarantine.Select(row => (row.Entry, row.IsSample)));
    }

    [Theory]
    [InlineData("{0}\n{1}\n{2}\n")]
    [InlineData("[\n{0},\n{1},\n{2}\n]")]
    [InlineData("{{\"agent_runs\":[\n{0},\n{1},\n{2}\n]}}")]
    public void Where_each_run_is_a_line_a_fault_of_brackets_costs_its_run_only(string layout)
    {
        foreach (var damaged in (int[])[0, 1, 2])
        {
            string[] ids = ["a", "b", "c"];
            var runs = ids.Select(id => $"{{\"id\":\"{id}\",\"transcripts\":[{{\"messages\":[{{\"role\":\"user\",\"content\":\"go\"}}]}}]}}").ToArray();
            runs[damaged] = runs[damaged].Replace("]}]}", "]]}]}", StringComparison.Ordinal);
            // What the file is must be told before the fault.
            runs[0] = damaged == 0 ? runs[0].Replace("\"id\":\"a\",", "\"agent_runs\":7,\"transcripts\":[],", StringComparison.Ordinal) : runs[0];
            var run = IngestRun.Of(Encoding.UTF8.GetBytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, runs[0], runs[1], runs[2])));

            Assert.Equal(ids.Where(id => id != ids[damaged]), run.Runs.Select(row => row.AgentRunId));
            Assert.Equal([($"runs[{damaged}]", "json", true)], run.Quarantine.Select(row => (row.Entry, row.Kind, row.IsSample)));
            Assert.Equal((3, 2, 1), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
        }
    }

    [Fact]
    public void A_log_made_of_faults_is_not_read_over_and_over()
    {
        // Every line could begin a sample, and what begins there runs to the end.
        var text = Indented(3, string.Concat(Enumerable.Repeat("    {\n      \"a\":\n", 20_000)));
        var run = IngestRun.Of(Encoding.UTF8.GetBytes(text));

        Assert.Equal(["1", "2"], run.Runs.Select(row => row.SampleId));
        Assert.InRange(run.Quarantine.Count, 2, 10);
    }

    [Fact]
    public void Of_several_faults_in_an_entry_the_first_is_the_reason()
    {
        var damaged = Bytes($"{{\"id\":2,\"epoch\":1,\"store\":§tru,{Chat}", out var offset);

        var row = Assert.Single(IngestRun.Of(ZipBuilder.Log(("samples/2_epoch_1.json", Encoding.UTF8.GetString(damaged)))).Quarantine);
        Assert.Equal(("'true' was expected, something else was found", (long?)offset), (row.Reason, row.ByteOffset));
    }

    [Fact]
    public void A_sample_that_ends_too_early_is_not_read()
    {
        var run = IngestRun.Of(Bytes($"{Head}\"samples\":[{{\"id\":1,{Chat}}}\"scores\":{{\"s\":{{\"value\":1}}}}}}]}}", out _));

        Assert.Empty(run.Runs);
        Assert.Equal([("samples[0]", true), ("", false)], run.Quarantine.Select(row => (row.Entry, row.IsSample)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData("{\"id\":1}")]
    public void Samples_that_are_no_list_are_reported(object samples)
    {
        var row = Assert.Single(IngestRun.Of(Bytes($"{Head}\"samples\":{samples}}}", out _)).Quarantine);

        Assert.Equal(("", "shape", false), (row.Entry, row.Kind, row.IsSample));
        Assert.StartsWith("samples must be a list", row.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_amiss_before_the_samples_of_a_json_log_belongs_to_the_log()
    {
        var bytes = Bytes($"{Head}\"stats\":{{\"a\":NaN,\"b\":\"\\ud800\",\"c\":\"§?\"}},\"samples\":[{{\"id\":1,{Chat}}}],\"metadata\":{{\"d\":tru}}}}", out var offset);
        bytes[offset] = 0xFF;
        var run = IngestRun.Of(bytes);

        Assert.Equal(["nan", "surrogate"], run.Log.Flags);
        Assert.Empty(Assert.Single(run.Runs).Flags);
        Assert.Equal([("", "utf8", false), ("", "json", false)], run.Quarantine.Select(row => (row.Entry, row.Kind, row.IsSample)));
        Assert.Equal((1, 1, 0), (run.Log.SamplesDeclared, run.Log.SamplesRead, run.Log.SamplesQuarantined));
    }

    [Fact]
    public void What_is_amiss_in_an_archives_header_is_reported_in_the_same_way()
    {
        using var bytes = new MemoryStream();
        new ZipBuilder(bytes)
            .Add("header.json", Head + "\"stats\":{\"a\":NaN,\"b\":\"\\ud800\",\"c\":tru}}")
            .Add("samples/1_epoch_1.json", $"{{\"id\":1,\"epoch\":1,{Chat}}}")
            .End();
        var run = IngestRun.Of(bytes.ToArray());

        Assert.Equal(["nan", "surrogate"], run.Log.Flags);
        Assert.Equal([("header.json", "json", false)], run.Quarantine.Select(row => (row.Entry, row.Kind, row.IsSample)));
        Assert.Single(run.Runs);
    }

    [Fact]
    public void In_a_list_of_runs_a_fault_within_a_value_costs_its_run_only()
    {
        const string Run = "\"transcripts\":[{\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}]";
        var run = IngestRun.Of(Bytes($"{{\"made\":NaN,\"by\":tru,\"agent_runs\":[{{\"id\":\"a\",{Run}}},{{\"id\":\"b\",\"metadata\":{{\"x\":§None}},{Run}}},{{\"id\":\"c\",{Run}}}],\"how\":tru}}", out var offset));

        Assert.Equal(["a", "c"], run.Runs.Select(row => row.AgentRunId));
        Assert.All(run.Runs, row => Assert.Empty(row.Flags));
        Assert.Equal(["nan"], run.Log.Flags);
        Assert.Equal([("", false), ("runs[1]", true), ("", false)], run.Quarantine.Select(row => (row.Entry, row.IsSample)));
        Assert.Equal(offset, run.Quarantine[1].ByteOffset);
    }

    [Theory]
    [InlineData(",")]
    [InlineData(":")]
    [InlineData("]")]
    [InlineData("{\"transcripts\":[]},{\"transcripts\":[]}")]
    public void What_stands_between_runs_ends_the_reading(string text) => Assert.NotEmpty(IngestRun.Of(Encoding.UTF8.GetBytes(text)).Quarantine);

    /// <summary>Three samples, indented as Inspect writes them; one of them has more lines.</summary>
    private static string Indented(int damaged, string lines)
    {
        var samples = Enumerable.Range(1, 3).Select(id =>
            $"    {{\n      \"id\": {id},\n{(id == damaged ? lines : "")}      \"messages\": [\n        {{\n          \"role\": \"user\",\n          \"content\": \"go\"\n        }}\n      ]\n    }}");
        return $"{{\n  \"version\": 2,\n  \"eval\": {{\n    \"eval_id\": \"e\"\n  }},\n  \"samples\": [\n{string.Join(",\n", samples)}\n  ],\n  \"metadata\": NaN\n}}\n";
    }

    /// <summary>The text without its first §, whose place is given; other ones are dropped.</summary>
    private static byte[] Bytes(string text, out int offset)
    {
        var at = text.IndexOf('§', StringComparison.Ordinal);
        offset = at < 0 ? -1 : Encoding.UTF8.GetByteCount(text.AsSpan(0, at));
        return Encoding.UTF8.GetBytes(text.Replace("§", "", StringComparison.Ordinal));
    }
}

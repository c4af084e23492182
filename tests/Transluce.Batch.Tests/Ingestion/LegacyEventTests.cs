using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Events as they were written before there were spans: those of a tool or a subtask within its own event, solvers and scorers as steps.</summary>
public sealed class LegacyEventTests
{
    private const string Main = """{"id":"q","role":"user","content":"q"},{"id":"a","role":"assistant","content":"a"}""";

    private static readonly string MainCall = Call("a", """{"id":"q","role":"user","content":"q"}""");

    [Theory]
    [InlineData("\"events\":[{0}]")]
    [InlineData("\"transcript\":{\"events\":[{0}],\"content\":{}}")]
    public void A_tool_that_asks_the_model_has_a_transcript_and_so_has_a_subtask_within_it(string layout)
    {
        var subtask = $$$"""{"event":"subtask","name":"digest","input":{},"events":[{"event":"info","data":1},{{{Call("c", User("digest it"))}}}]}""";
        var tool = $$$"""{"event":"tool","id":"t1","function":"research","arguments":{},"events":[{"event":"sandbox","action":"exec"},{{{Call("b1", User("look"))}}},{{{subtask}}},{{{Call("b2", User("look"), User("look again"))}}}]}""";
        var plain = """{"event":"tool","id":"t0","function":"bash","arguments":{},"events":[{"event":"sandbox","action":"exec"}]}""";
        var run = Ingest(layout.Replace("{0}", $"{plain},{MainCall},{tool}", StringComparison.Ordinal));

        Assert.Equal([("main", "messages"), ("research", "span"), ("digest", "span")], run.Transcripts.Select(row => (row.Name, row.Origin)));
        Assert.Equal(["look", "look again", "b2"], Texts(run, 1));
        Assert.Equal(["digest it", "c"], Texts(run, 2));
        var groups = run.Read<TranscriptGroupRow>();
        Assert.Equal([("research", "tool", null), ("digest", "subtask", groups[0].GroupId)], groups.Select(row => (row.Name, row.SpanType, row.ParentGroupId)));
        Assert.Equal(3, run.Runs[0].EventCount);
        Assert.Empty(run.Runs[0].Flags);
    }

    [Fact]
    public void What_a_scorer_asks_is_no_part_of_the_run()
    {
        var run = Ingest($$$"""
            "events":[{"event":"step","action":"begin","type":"solver","name":"s"},{{{MainCall}}},{"event":"step","action":"end","type":"solver","name":"s"},
             {"event":"step","action":"begin","type":"scorer","name":"graded"},{{{Call("g", User("Is it right?"))}}},
             {"event":"tool","id":"t","function":"judge","events":[{{{Call("h", User("And this?"))}}}]},{"event":"step","action":"end","type":"scorer","name":"graded"}]
            """);

        Assert.Equal(["main"], run.Transcripts.Select(row => row.Name));
        Assert.Empty(run.Read<TranscriptGroupRow>());
    }

    [Fact]
    public void Events_within_events_without_end_end_nobody()
    {
        const int Levels = 100_000;
        var nested = string.Concat(Enumerable.Repeat("""{"event":"tool","events":[""", Levels)) + string.Concat(Enumerable.Repeat("]}", Levels));
        var run = IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""{"id":1,"epoch":1,"messages":[{{{Main}}}],"events":[{{{nested}}}]}"""), ("samples/2_epoch_1.json", $$$"""{"id":2,"epoch":1,"messages":[{{{Main}}}]}""")));

        Assert.Equal(["2"], run.Runs.Select(row => row.SampleId));
        Assert.Equal("depth", Assert.Single(run.Quarantine).Kind);
    }

    private static string User(string text) => $$$"""{"id":"{{{text}}}","role":"user","content":"{{{text}}}"}""";

    private static string Call(string answer, params string[] input)
        => $$$"""{"event":"model","model":"m","input":[{{{string.Join(',', input)}}}],"output":{"choices":[{"message":{"id":"{{{answer}}}","role":"assistant","content":"{{{answer}}}"}}]}}""";

    private static IngestRun Ingest(string events)
        => IngestRun.Of(ZipBuilder.Log(("samples/1_epoch_1.json", $$$"""{"id":1,"epoch":1,"messages":[{{{Main}}}],{{{events}}}}""")));

    private static IEnumerable<string> Texts(IngestRun run, int transcript) => run.Blocks.Where(block => block.TranscriptOrdinal == transcript).Select(block => block.Text);
}

using Transluce.Batch.Tests.Chunking;
using Transluce.Batch.Transcripts.Calls;

namespace Transluce.Batch.Tests.Calls;

public sealed class CallFactsTests
{
    [Theory]
    [InlineData("bash: jq: command not found")]
    [InlineData("ls: cannot access '/x': No such file or directory")]
    [InlineData("Traceback (most recent call last):\n  ...\nKeyError: 'a'")]
    [InlineData("ERROR: relation \"x\" does not exist")]
    [InlineData("HTTP 503: try later")]
    [InlineData("429 Too Many Requests")]
    [InlineData("Connection refused")]
    public void Outputs_that_report_a_failure_are_recognised(string output)
        => Assert.NotNull(FailureText.Find(output));

    [Theory]
    [InlineData("")]
    [InlineData("417\n")]
    [InlineData("total 12\n-rw-r--r-- 1 a a 10 notes.txt")]
    [InlineData("All 14 tests passed in 3 s")]
    public void Ordinary_outputs_are_not(string output)
        => Assert.Null(FailureText.Find(output));

    [Fact]
    public void The_place_of_a_failure_is_its_line()
    {
        const string Output = "reading\nls: cannot access 'x'\ndone";
        var (start, length) = FailureText.Find(Output)!.Value;

        Assert.Equal("ls: cannot access 'x'", Output.Substring(start, length));
    }

    [Fact]
    public void The_tail_of_a_long_output_is_read_too()
    {
        var output = new string('x', 100_000) + "\nmake: fatal: no rule\n";

        Assert.Equal("make: fatal: no rule", output.Substring(FailureText.Find(output)!.Value.Start, 20));
    }

    [Fact]
    public void Repeats_blanks_and_failures_are_facts_of_a_call()
    {
        var blocks = new[]
        {
            ChunkRun.Block(0, "assistant", "a"), ChunkRun.Block(1, "tool", " \n"),
            ChunkRun.Block(2, "assistant", "b"), ChunkRun.Block(3, "tool", " \n"),
            ChunkRun.Block(4, "assistant", "c"), ChunkRun.Block(5, "tool", "", error: "the container is gone"),
        };
        var calls = new[]
        {
            ChunkRun.Call(0, 0, "{\"c\":1}") with { ResultBlockIndex = 1 },
            ChunkRun.Call(2, 0, "{\"c\":1}") with { ResultBlockIndex = 3 },
            ChunkRun.Call(4, 0, "{\"c\":2}") with { ResultBlockIndex = 5 },
        };
        var facts = CallFacts.Of(blocks, calls);

        Assert.Equal([true, true, false], facts.Select(f => f.Empty));
        Assert.Equal([0, 1, 0], facts.Select(f => f.SameCallsBefore));
        Assert.Equal([false, true, false], facts.Select(f => f.SameResultBefore));
        Assert.Equal((true, 5, "the container is gone"), (facts[2].Failed, facts[2].ResultBlock, facts[2].FailureLine));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("unbalanced brace", true)]
    public void Only_an_error_that_says_something_makes_a_call_one_that_could_not_be_parsed(string? error, bool failed)
    {
        var fact = Assert.Single(CallFacts.Of([ChunkRun.Block(0, "assistant", "a")], [ChunkRun.Call(0, 0, "{}") with { ParseError = error }]));

        Assert.Equal((failed, failed ? "parsing" : null, error ?? ""), (fact.Failed, fact.ErrorType, fact.FailureLine));
    }

    [Fact]
    public void Of_two_hundred_thousand_equal_calls_each_knows_how_many_came_before()
    {
        const int Calls = 200_000;
        var blocks = Enumerable.Range(0, Calls).Select(i => ChunkRun.Block(i, "tool", i % 2 == 0 ? "even" : $"odd {i}"));
        var facts = CallFacts.Of(blocks, Enumerable.Range(0, Calls).Select(i => ChunkRun.Call(i, 0, "{}") with { ResultBlockIndex = i }));

        Assert.Equal(Enumerable.Range(0, Calls), facts.Select(fact => fact.SameCallsBefore));
        Assert.Equal(Enumerable.Range(0, Calls).Select(i => i > 0 && i % 2 == 0), facts.Select(fact => fact.SameResultBefore));
    }

    [Fact]
    public void A_call_without_a_result_is_neither_empty_nor_failed()
    {
        var fact = Assert.Single(CallFacts.Of([ChunkRun.Block(0, "assistant", "a")], [ChunkRun.Call(0, 0, "{}")]));

        Assert.Equal((false, false, 0), (fact.Empty, fact.Failed, fact.ResultBlock));
    }
}

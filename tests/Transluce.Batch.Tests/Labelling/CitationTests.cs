using Transluce.Batch.Tests.Clustering;
using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Tests.Labelling;

public sealed class CitationTests
{
    [Theory]
    [InlineData("[T0B5]", null, 0, 5, null, null)]
    [InlineData("[R2T10B57]", 2, 10, 57, null, null)]
    [InlineData("[R2T0B5:<RANGE>exact quote</RANGE>]", 2, 0, 5, null, "exact quote")]
    [InlineData("[T0B5:<RANGE>a [b] [T9B9] </RANGE> c</RANGE>]", null, 0, 5, null, "a [b] [T9B9] </RANGE> c")]
    [InlineData("[T3]", null, 3, null, null, null)]
    [InlineData("[M.score]", null, null, null, "score", null)]
    [InlineData("[R1T0M.name of it]", 1, 0, null, "name of it", null)]
    [InlineData("[T0B1M.key:<RANGE>v</RANGE>]", null, 0, 1, "key", "v")]
    public void Every_form_of_the_grammar_is_read(string text, int? run, int? transcript, int? block, string? key, string? quote)
        => Assert.Equal(new Citation(4, 4 + text.Length, run, transcript, block, key, quote), Assert.Single(CitationParser.Parse("See " + text + ".")));

    [Theory]
    [InlineData("[R0]")]
    [InlineData("[B5]")]
    [InlineData("[T0B5")]
    [InlineData("[T0B5:<RANGE>no end]")]
    [InlineData("[T0B5 ]")]
    [InlineData("[T0B99999999999]")]
    [InlineData("[T0:<RANGE>of a whole transcript</RANGE>]")]
    [InlineData("[T0M.a.b]")]
    [InlineData("[t0b5]")]
    [InlineData("[]")]
    [InlineData("[")]
    public void What_does_not_follow_the_grammar_is_plain_text(string text)
        => Assert.Empty(CitationParser.Parse(text));

    [Fact]
    public void Citations_are_found_in_order_and_beside_stray_brackets()
    {
        var found = CitationParser.Parse("[[T0B1][x[R1T0B2:<RANGE>q</RANGE>]]");

        Assert.Equal([(1, 7), (9, 34)], found.Select(c => (c.Start, c.End)));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var written = Citation.Of(3, 0, 12, "a ] \n[T0B0] \u202E quote");

        Assert.Equal((3, 0, 12, "a ] \n[T0B0] \u202E quote"), Assert.Single(CitationParser.Parse(written)) is var c ? (c.Run!.Value, c.Transcript!.Value, c.Block!.Value, c.Quote!) : default);
        Assert.Equal("[R3T0B12]", Citation.Of(3, 0, 12, "cannot be quoted</RANGE>]"));
    }

    [Theory]
    [InlineData("a b", 2, 5)]
    [InlineData("a  \t b", 2, 5)]
    [InlineData("c\nd", 6, 11)]
    [InlineData("b c d", 4, 11)]
    [InlineData("nothing", null, null)]
    [InlineData("B", null, null)]
    [InlineData(" ", null, null)]
    public void White_space_in_a_quote_stands_for_any_other(string quote, int? start, int? end)
        => Assert.Equal(start is null ? null : (start.Value, end!.Value), QuoteSearch.Find("x a\nb c \t d y", quote));

    [Fact]
    public void Citations_are_checked_against_the_rendered_block()
    {
        var blocks = new CitedBlocks();
        blocks.Add(TranscriptRows.Block(0, 5, "run-b", "assistant", "It failed:\n  no such file"), []);

        var rows = CitationCheck.Check(
            // The last does not say which of the two runs it means.
            "cluster_label", "7/llm", "[R1T0B5:<RANGE>failed: no such</RANGE>] [R1T0B5] [R1T0B5:<RANGE>worked</RANGE>] [R1T0B6] [R0T0B5] [R9T0B5] [R1M.score] [T0B5]", ["run-a", "run-b"], blocks);

        Assert.Equal([true, true, false, false, false, false, false, false], rows.Select(row => row.Valid));
        Assert.Equal((3, 20, "run-b/5"), (rows[0].MatchStart!.Value, rows[0].MatchEnd!.Value, rows[0].BlockId));
        Assert.Equal(["run-b", "run-b", "run-b", "run-b", "run-a", "", "run-b", ""], rows.Select(row => row.AgentRunId));
        Assert.Equal("run-b/5", rows[2].BlockId);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], rows.Select(row => row.CitationIndex));
    }

    [Fact]
    public void Blocks_that_were_not_shown_are_read_when_a_citation_names_them()
    {
        using var shard = new SuiteShard();
        var suite = new PlantedSuite(shard).Add(["a", "b"], runs: 4, topics: 2);
        var blocks = CitedBlocks.Read(shard, suite.Partitions, [new(1, 2, 0, 3, 4), new(1, 2, 0, 1, 2), new(0, 0, 0, 5, 5)]);

        Assert.Equal(["b-02/1", "b-02/4", "a-00/5"], [blocks.Find("b-02", 0, 1)!.BlockId, blocks.Find("b-02", 0, 4)!.BlockId, blocks.Find("a-00", 0, 5)!.BlockId]);
        Assert.Equal("b-02/6", blocks.Find("b-02", 0, 6)!.BlockId);
        Assert.Null(blocks.Find("b-02", 0, 99));
        Assert.Null(blocks.Find("b-02", 7, 1));

        // Of a run of which nothing was shown nothing can be cited.
        Assert.Null(blocks.Find("b-03", 0, 1));
    }

    [Fact]
    public void Citations_of_metadata_are_checked_against_the_run_the_transcript_and_the_message()
    {
        var blocks = new CitedBlocks();
        blocks.Add(TranscriptRows.Run(0, "run", "log", "task", "model") with { MetadataJson = """{"difficulty":"very  hard","deep":{"a":[1, 2]}}""" });
        blocks.Add(TranscriptRows.Transcript(0, "run", """{"page":7}"""));
        blocks.Add(TranscriptRows.Block(0, 5, "run", "assistant", "text") with { MetadataJson = """{"cost":"low"}""" }, []);

        var rows = CitationCheck.Check(
            "cluster_label", "7/llm",
            "[M.difficulty:<RANGE>very hard</RANGE>] [M.deep:<RANGE>[1, 2]</RANGE>] [T0M.page] [T0B5M.cost] [M.nothing] [T0M.difficulty] [T0B5M.cost:<RANGE>high</RANGE>] [T1M.page] [T0] [T1]",
            ["run"], blocks);

        Assert.Equal([true, true, true, true, false, false, false, false, true, false], rows.Select(row => row.Valid));
        Assert.Equal(["difficulty", "deep", "page", "cost", "nothing", "difficulty", "cost", "page", null, null], rows.Select(row => row.MetadataKey));
        Assert.Equal((0, 10), (rows[0].MatchStart!.Value, rows[0].MatchEnd!.Value));
        Assert.Equal([(-1, null, -1, null), (0, "run", -1, null), (0, "run", 5, "run/5"), (1, null, -1, null)], new[] { rows[0], rows[2], rows[3], rows[7] }.Select(row => (row.TranscriptOrdinal, row.TranscriptId, row.BlockIndex, row.BlockId)));
    }
}

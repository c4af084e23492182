using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Chunking;
using static Transluce.Batch.Tests.Chunking.ChunkRun;

namespace Transluce.Batch.Tests.Chunking;

public sealed class ChunkStageTests
{
    [Fact]
    public void An_assistant_message_and_the_results_after_it_are_one_chunk()
    {
        var run = new ChunkRun(
        [
            Block(0, "system", "You are careful."),
            Block(1, "user", "Count the lines."),
            Block(2, "assistant", "I count."),
            Block(3, "tool", "12 lines"),
            Block(4, "tool", "", error: "no such file"),
            Block(5, "assistant", "Done."),
        ]);

        Assert.Equal(
            [("system", 0, 0, "You are careful."), ("user", 1, 1, "Count the lines."), ("turn", 2, 4, "I count.\n12 lines\nno such file"), ("turn", 5, 5, "Done.")],
            run.Chunks.Select(c => (c.Kind, c.StartBlock, c.EndBlock, c.Text)));
        Assert.Equal(["text", "marker", "text", "marker", "error"], run.SpansOf(run.Chunks[2]).Select(s => s.Field));
        Assert.Equal([0, 1, 2, 3], run.Chunks.Select(c => c.ChunkIndex));
    }

    [Fact]
    public void Results_without_an_assistant_before_them_are_a_chunk_of_their_own()
    {
        var run = new ChunkRun([Block(0, "tool", "a"), Block(1, "tool", "b"), Block(2, "user", "c"), Block(3, "tool", "d"), Block(0, "tool", "e", transcript: 1)]);

        Assert.Equal([("tool", "a\nb"), ("user", "c"), ("tool", "d"), ("tool", "e")], run.Chunks.Select(c => (c.Kind, c.Text)));
    }

    [Fact]
    public void A_result_without_text_says_that_nothing_came_back()
    {
        var run = new ChunkRun([Block(0, "assistant", "I look."), Block(1, "tool", "")]);

        Assert.Equal("I look.\n(no output)", Assert.Single(run.Chunks).Text);
    }

    [Fact]
    public void A_message_without_text_shows_its_images()
    {
        var run = new ChunkRun([Block(0, "user", "", other: "[image]"), Block(1, "assistant", "")]);

        Assert.Equal(["[image]", ""], run.Chunks.Select(c => c.Text));
        Assert.Equal("other", Assert.Single(run.SpansOf(run.Chunks[0])).Field);
        Assert.Empty(run.SpansOf(run.Chunks[1]));
    }

    [Fact]
    public void What_came_back_before_a_tool_failed_and_why_it_failed_are_both_said()
    {
        var run = new ChunkRun([Block(0, "assistant", "I run it."), Block(1, "tool", "first lines", error: "too slow")]);

        var chunk = Assert.Single(run.Chunks);
        Assert.Equal("I run it.\nfirst lines\ntoo slow", chunk.Text);
        Assert.Equal([(0, "text", 0), (1, "marker", 0), (1, "text", 0), (1, "marker", 0), (1, "error", 0)], run.SpansOf(chunk).Select(s => (s.BlockIndex, s.Field, s.Start)));
    }

    [Fact]
    public void Results_of_tools_that_the_provider_ran_stand_beside_the_text_and_images_do_not()
    {
        const string Search = "[web_search]\n{\"query\":\"bees\"}\nbees dance";
        var run = new ChunkRun(
        [
            Block(0, "assistant", "Bees dance.", other: Search) with { ContentTypes = "tool_use+text" },
            Block(1, "user", "What is this?", other: "[image sha256:00 4 bytes]") with { ContentTypes = "text+image" },
            Block(2, "assistant", "A bee.", other: "[data]\n{}") with { ContentTypes = "reasoning+data+text" },
        ]);

        Assert.Equal(["Bees dance.\n" + Search, "What is this?", "A bee."], run.Chunks.Select(c => c.Text));
        Assert.Equal(["text", "marker", "other"], run.SpansOf(run.Chunks[0]).Select(s => s.Field));
    }

    [Fact]
    public void Calls_and_reasoning_are_part_of_the_text_only_where_asked_for()
    {
        BlockRow[] blocks = [Block(0, "assistant", "I list.", reasoning: "Hm."), Block(1, "tool", "a.txt")];
        ToolCallRow[] calls = [Call(0, 0, """{"cmd":"ls"}"""), Call(0, 1, "{}")];

        Assert.Equal("I list.\na.txt", Assert.Single(new ChunkRun(blocks, null, calls).Chunks).Text);
        var all = new ChunkRun(blocks, new ChunkOptions { Calls = true, Reasoning = true }, calls);
        Assert.Equal("Hm.\nI list.\n{\"cmd\":\"ls\"}\n{}\na.txt", Assert.Single(all.Chunks).Text);
        Assert.Equal([-1, -1, -1, -1, 0, -1, 1, -1, -1], all.SpansOf(all.Chunks[0]).Select(s => s.CallIndex));
    }

    [Fact]
    public void A_huge_output_keeps_head_and_tail_at_line_ends()
    {
        var output = string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i:0000}\n"));
        var run = new ChunkRun([Block(0, "assistant", "ok"), Block(1, "tool", output)], new ChunkOptions { MaxAtoms = 100_000, KeepHead = 100, KeepTail = 100 });

        var chunk = Assert.Single(run.Chunks);
        Assert.True(chunk.Elided);
        Assert.Equal("ok\n" + output[..100] + "\n[… 9800 characters left out …]\n" + output[^100..], chunk.Text);
        var tail = run.SpansOf(chunk).Last();
        Assert.Equal(("text", 9900), (tail.Field, tail.Start));
    }

    [Fact]
    public void The_end_of_a_text_longer_than_its_row_comes_from_its_pieces()
    {
        var (first, second) = (new string('a', 300), new string('b', 250) + "😀");
        var run = new ChunkRun(
            [Block(0, "assistant", first)],
            new ChunkOptions { KeepHead = 100, KeepTail = 101 },
            large: [new LargeTextRow(0, 0, 0, "text", 0, first), new LargeTextRow(0, 0, 0, "text", 1, second)]);

        var chunk = Assert.Single(run.Chunks);
        Assert.Equal($"{new string('a', 100)}\n[… 351 characters left out …]\n{new string('b', 99)}😀", chunk.Text);
        Assert.Equal(451, run.SpansOf(chunk).Last().Start);
    }

    [Fact]
    public void Chunk_ids_are_distinct_and_hold_no_content()
    {
        BlockRow[] Blocks(string text) => [.. Enumerable.Range(0, 50).Select(i => Block(i, i % 2 == 0 ? "assistant" : "tool", text))];

        var ids = new ChunkRun(Blocks("one")).Chunks.Select(c => c.ChunkId).ToList();

        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(ids, new ChunkRun(Blocks("two")).Chunks.Select(c => c.ChunkId));
        Assert.NotEqual(ids, new ChunkRun(Blocks("one"), new ChunkOptions { Calls = true }).Chunks.Select(c => c.ChunkId));
    }

    [Fact]
    public void A_turn_of_very_many_results_goes_on_as_a_turn()
    {
        var result = new string('x', 8000);
        var run = new ChunkRun([Block(0, "assistant", "go"), .. Enumerable.Range(1, 300).Select(i => Block(i, "tool", result))], new ChunkOptions { MaxAtoms = 100_000 });

        Assert.True(run.Chunks.Count > 1);
        Assert.All(run.Chunks, c => Assert.Equal("turn", c.Kind));
        Assert.Equal(300, run.Chunks[^1].EndBlock);
    }
}

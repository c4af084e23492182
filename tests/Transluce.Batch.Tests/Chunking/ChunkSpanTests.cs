using CsCheck;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Chunking;

namespace Transluce.Batch.Tests.Chunking;

/// <summary>Whatever the blocks: every character of a chunk leads back to its source.</summary>
public sealed class ChunkSpanTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Const(""),
        Pick("a", "word ", "\n", "    indented\n", "😀", "漢字", "e\u0301", "1234567", "{\"k\":1}", "\r\n", "\t", "🇩🇪 ", "supercalifragilistic").Array[0, 400].Select(string.Concat),
        Gen.Select(Pick("x", "😀", " ", "\n", "line of text\n"), Gen.Int[0, 1500]).Select((unit, times) => string.Concat(Enumerable.Repeat(unit, times))));

    private static readonly Gen<BlockRow[]> Blocks = Gen.Select(
            Pick("system", "user", "assistant", "assistant", "tool", "tool", "tool"), Texts, Texts, Gen.Int[0, 3], Gen.Bool)
        .Array[1, 12]
        .Select(parts => parts.Select((p, i) => ChunkRun.Block(
            i, p.Item1, p.Item4 == 0 ? "" : p.Item2, p.Item1 == "tool" && p.Item5 ? p.Item3 : null, p.Item4 == 1 ? p.Item3 : null, p.Item4 == 0 ? p.Item3 : null)).ToArray());

    private static readonly Gen<ChunkOptions> Options = Gen.Select(Gen.Int[16, 80], Gen.Int[0, 50], Gen.Int[100, 900], Gen.Int[100, 900], Gen.Bool, Gen.Bool)
        .Select((atoms, overlap, head, tail, calls, reasoning) => new ChunkOptions
        {
            MaxAtoms = atoms,
            OverlapPercent = overlap,
            KeepHead = head,
            KeepTail = tail,
            Calls = calls,
            Reasoning = reasoning,
        });

    [Fact]
    public void Spans_cover_a_chunk_without_gaps_and_equal_their_source()
        => Gen.Select(Blocks, Options, Texts).Sample((blocks, options, arguments) =>
        {
            ToolCallRow[] calls = [.. blocks.Where(b => b.Role == "assistant").Select(b => ChunkRun.Call(b.BlockIndex, 0, arguments))];
            var run = new ChunkRun(blocks, options, calls);
            foreach (var chunk in run.Chunks)
            {
                var end = 0;
                foreach (var span in run.SpansOf(chunk))
                {
                    Assert.Equal(end, span.ChunkStart);
                    Assert.True(span.Length > 0);
                    end += span.Length;
                    Assert.InRange(span.BlockIndex, chunk.StartBlock, chunk.EndBlock);
                    var passage = chunk.Text.Substring(span.ChunkStart, span.Length);
                    if (span.Field != "marker")
                    {
                        Assert.Equal(Source(blocks[span.BlockIndex], arguments, span.Field).Substring(span.Start, span.Length), passage);
                    }

                    Assert.False(char.IsLowSurrogate(passage[0]) || char.IsHighSurrogate(passage[^1]), "a surrogate pair is divided");
                }

                Assert.Equal(chunk.Text.Length, end);
            }

            // Every block lies in a chunk, in order.
            Assert.Equal(blocks.Select(b => b.BlockIndex), run.Chunks.SelectMany(c => Enumerable.Range(c.StartBlock, c.EndBlock - c.StartBlock + 1)).Distinct().Order());
        }, iter: 25, threads: 1);

    [Fact]
    public void Windows_are_no_longer_than_asked_and_together_are_the_whole_text()
        => Gen.Select(Texts.Array[0, 4].Select(string.Concat), Gen.Int[16, 80], Gen.Int[0, 50]).Sample((text, atoms, overlap) =>
        {
            var windows = new ChunkWindows(atoms, overlap).Of(text).ToList();
            Assert.Equal(0, windows[0].Start);
            Assert.Equal(text.Length, windows[^1].End);
            foreach (var (before, after) in windows.Zip(windows.Skip(1)))
            {
                Assert.InRange(after.Start, before.Start + 1, before.End);
                Assert.True(after.End > before.End);
            }

            var starts = TextAtoms.Starts(text);
            Assert.All(windows, w => Assert.InRange(starts.Count(a => a >= w.Start && a < w.End), 0, atoms));
        }, iter: 500, threads: 1);

    [Fact]
    public void A_long_text_is_cut_at_line_ends_with_some_overlap()
    {
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => $"the line number {i}\n"));
        var windows = new ChunkWindows(100, 10).Of(text).ToList();

        Assert.All(windows, w => Assert.Equal('\n', text[w.End - 1]));
        Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.InRange(pair.First.End - pair.Second.Start, 10, 60));
    }

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Source(BlockRow block, string arguments, string field) => field switch
    {
        "text" => block.Text,
        "reasoning" => block.Reasoning!,
        "other" => block.Other!,
        "error" => block.ToolErrorMessage!,
        "call" => arguments,
        _ => throw new InvalidOperationException(field),
    };
}

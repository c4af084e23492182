using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>One log in many encodings is one log: what was said and done, and every id, is the same.</summary>
public sealed class EncodingTests
{
    [Theory]
    [InlineData("reencoded/comment.eval")]
    [InlineData("reencoded/deflate.eval")]
    [InlineData("reencoded/descriptors.eval")]
    [InlineData("reencoded/duplicate-names.eval")]
    [InlineData("reencoded/mixed-methods.eval")]
    [InlineData("reencoded/shuffled.eval")]
    [InlineData("reencoded/stored.eval")]
    [InlineData("reencoded/zip64.eval")]
    [InlineData("reencoded/zstd-many-frames.eval")]
    [InlineData("reencoded/zstd-one-frame.eval")]
    [InlineData("chunked/tool-agent.eval")]
    [InlineData("tool-agent.json")]
    public void Every_encoding_of_the_tool_agent_log_gives_the_same_blocks_and_ids(string file) => CheckSame("tool-agent.eval", file);

    [Theory]
    [InlineData("chunked/media.eval")]
    [InlineData("media.json")]
    public void Every_encoding_of_the_media_log_gives_the_same_blocks_and_ids(string file) => CheckSame("media.eval", file);

    [Fact]
    public void Lone_surrogates_are_replaced_and_flagged()
    {
        var source = Ingest("tool-agent.eval");
        var run = Ingest("reencoded/surrogate-escape.eval");

        var changed = source.Blocks.Zip(run.Blocks).Where(pair => pair.First.BlockId != pair.Second.BlockId).ToList();
        var block = Assert.Single(changed).Second;
        Assert.Contains('\uFFFD', block.Text);
        Assert.Equal(["surrogate"], block.Flags);
        Assert.Equal(["surrogate"], Assert.Single(run.Runs, row => row.RunOrdinal == block.RunOrdinal).Flags);
    }

    [Fact]
    public void Samples_stand_in_canonical_order_whatever_the_order_of_the_members()
        => Assert.Equal(Ingest("tool-agent.eval").Runs.Select(row => (row.RunOrdinal, row.AgentRunId)), Ingest("reencoded/shuffled.eval").Runs.Select(row => (row.RunOrdinal, row.AgentRunId)));

    private static void CheckSame(string source, string file)
    {
        var (expected, actual) = (Described(Ingest(source)), Described(Ingest(file)));
        Assert.NotEmpty(expected);
        Assert.Equal(expected, actual);
    }

    private static IngestRun Ingest(string file) => IngestRun.Of(SharedData.Require("data/eval-logs/generated/" + file));

    /// <summary>Everything but the log's id, the place in the file, and the ids of messages, which chunked logs lose.</summary>
    private static List<string> Described(IngestRun run)
    {
        var runs = run.Runs.Select(row => $"run {row.AgentRunId} {row.SampleId} {row.Epoch} {row.ScoresJson} {row.MessageCount} {row.EventCount} {row.InputText} {row.MetadataJson} {row.OtherJson} {row.ScoreDetailsJson} {row.ContentSha256} {string.Join(',', row.Flags)}");
        var transcripts = run.Transcripts.Select(row => $"transcript {row.AgentRunId} {row.TranscriptOrdinal} {row.TranscriptId} {row.Origin} {row.MessageCount} {row.ContentSha256} {row.MetadataJson}");
        var groups = run.Read<TranscriptGroupRow>().Select(row => $"group {row.GroupId} {row.Name} {row.MetadataJson}");
        var blocks = run.Blocks.Select(row =>
            $"block {row.AgentRunId} {row.TranscriptOrdinal:d4} {row.BlockIndex:d6} {row.BlockId} {row.Role} {row.Source} {row.ContentTypes} {row.Text} {row.Reasoning} {row.Other} {row.ToolErrorMessage} {row.TextSha256} {row.RenderedSha256} {row.ActionUnit}");
        var calls = run.Calls.Select(row => $"call {row.BlockId} {row.CallIndex} {row.ToolCallId} {row.Function} {row.ArgumentsJson} {row.ResultBlockIndex}");
        return [.. runs.Concat(transcripts).Concat(groups).Concat(blocks).Concat(calls).Order(StringComparer.Ordinal)];
    }
}

using System.Text;
using System.Text.Json;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Whole texts, calls and errors of three logs.</summary>
public sealed class GoldenBlockTests
{
    [Theory]
    [InlineData("blocks-tool-agent.jsonl", "generated/tool-agent.eval")]
    [InlineData("blocks-media.jsonl", "generated/media.eval")]
    [InlineData("blocks-intercode-ctf.jsonl", "intercode-ctf.eval")]
    public void Blocks_and_calls_are_those_of_the_golden_file(string golden, string log)
    {
        var lines = File.ReadAllLines(SharedData.Require("golden/eval-logs/" + golden), Encoding.UTF8);
        var run = IngestRun.Of(SharedData.Require("data/eval-logs/" + log));
        var runs = run.Runs.ToDictionary(row => row.RunOrdinal);
        var blocks = run.Blocks.Where(block => block.TranscriptOrdinal == 0).ToList();
        var calls = run.Calls.ToLookup(call => call.BlockId);

        Assert.Equal(lines.Length, blocks.Count);
        foreach (var (line, block) in lines.Zip(blocks))
        {
            using var document = JsonDocument.Parse(line);
            var expected = document.RootElement;
            Assert.Equal(expected.GetProperty("sample").ToString(), runs[block.RunOrdinal].SampleId);
            Assert.Equal(expected.GetProperty("epoch").GetInt32(), runs[block.RunOrdinal].Epoch);
            Assert.Equal(expected.GetProperty("block").GetInt32(), block.BlockIndex);
            Assert.Equal(expected.GetProperty("role").GetString(), block.Role);
            Assert.Equal(expected.GetProperty("text").GetString(), block.Text);
            Assert.Equal(
                expected.TryGetProperty("tool_calls", out var list) ? list.EnumerateArray().Select(call => (Text(call, "id"), Text(call, "function"), Text(call, "arguments"))) : [],
                calls[block.BlockId].Select(call => (call.ToolCallId, call.Function, call.ArgumentsJson)));
            var error = expected.TryGetProperty("error", out var found) ? (Text(found, "type"), Text(found, "message")) : (null, null);
            Assert.Equal(error, (block.ToolErrorType, block.ToolErrorMessage));
        }
    }

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Compares the rows of a log with what Inspect itself reads from it.</summary>
internal static class GoldenLog
{
    public const string File = "golden/eval-logs/eval-logs.json";

    public static void Check(string file)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(SharedData.Require(File)));
        var golden = document.RootElement.GetProperty("logs").EnumerateArray().Single(log => log.GetProperty("file").GetString() == file);
        var run = IngestRun.Of(SharedData.Require("data/eval-logs/" + file));

        CheckHeader(golden, run.Log);
        var samples = golden.GetProperty("samples").EnumerateArray().ToList();
        // The one log with a wrong CRC: the sample is reported instead of read.
        var rejected = file.EndsWith("bad-crc.eval", StringComparison.Ordinal) ? "agent-5" : null;
        Assert.Equal(samples.Count, run.Log.SamplesDeclared);
        Assert.Equal(rejected is null ? 0 : 1, run.Quarantine.Count);
        Assert.Equal(samples.Where(sample => sample.GetProperty("id").ToString() != rejected).Select(sample => sample.GetProperty("id").ToString()), run.Runs.Select(row => row.SampleId));
        foreach (var row in run.Runs)
        {
            CheckSample(samples[row.RunOrdinal], row, run);
        }
    }

    private static void CheckHeader(JsonElement golden, EvalLogRow row)
    {
        Assert.Equal(golden.GetProperty("status").GetString(), row.Status);
        // Inspect lifts version 1 to 2 while it reads; the row keeps what is written.
        Assert.Equal(golden.GetProperty("version").GetInt32(), Math.Max(row.LogVersion ?? 0, 2));
        Assert.Equal(golden.GetProperty("inspect").GetString(), row.InspectVersion);
        Assert.Equal(golden.GetProperty("task").GetString(), row.Task);
        Assert.Equal(golden.GetProperty("model").GetString(), row.Model);
        Assert.Equal(golden.GetProperty("eval_id").GetString(), row.EvalId);
        Assert.Equal(golden.GetProperty("run_id").GetString(), row.InspectRunId);
        Assert.Equal(Time(golden.GetProperty("created").GetString()!), Time(row.Created!));
        Assert.Equal(golden.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), row.Tags);
        Assert.Equal(golden.GetProperty("invalidated").GetBoolean(), row.Invalidated);
        Assert.Equal(golden.GetProperty("log_error").GetBoolean(), row.ErrorMessage is not null);
    }

    private static void CheckSample(JsonElement golden, AgentRunRow row, IngestRun run)
    {
        Assert.Equal(golden.GetProperty("id").ValueKind == JsonValueKind.Number, row.SampleIdIsNumber);
        Assert.Equal(golden.GetProperty("epoch").GetInt32(), row.Epoch);
        Assert.Equal(golden.GetProperty("uuid").GetString(), row.Uuid);
        Assert.Equal(golden.GetProperty("tool_calls").GetInt32(), row.ToolCallCount);
        Assert.Equal(golden.GetProperty("parse_errors").GetInt32(), row.ParseErrorCount);
        Assert.Equal(golden.GetProperty("error").GetBoolean(), row.ErrorMessage is not null);
        Assert.Equal(golden.GetProperty("error_retries").GetInt32(), row.ErrorRetries);
        Assert.Equal(golden.GetProperty("limit").GetString(), row.LimitType);
        Assert.Equal(golden.GetProperty("invalidated").GetBoolean(), row.Invalidated);
        Assert.Equal(golden.GetProperty("total_tokens").GetInt64(), row.TotalTokens);
        Assert.Equal(golden.GetProperty("events").GetInt64(), row.EventCount);
        Assert.Equal(Canonical(golden.GetProperty("scores")), Canonical(JsonDocument.Parse(row.ScoresJson).RootElement));

        var blocks = run.MainBlocks(row.RunOrdinal);
        var calls = run.Calls.Where(call => call.RunOrdinal == row.RunOrdinal && call.TranscriptOrdinal == 0).ToLookup(call => call.BlockIndex);
        var messages = golden.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(messages.Count, row.MessageCount);
        Assert.Equal(messages.Count, blocks.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            CheckMessage(messages[i], blocks[i], [.. calls[i]]);
        }

        Assert.Equal(Counts(golden.GetProperty("tool_functions")), calls.SelectMany(call => call).CountBy(call => call.Function).ToDictionary().Order());
        Assert.Equal(Counts(golden.GetProperty("tool_errors")), blocks.Where(block => block.ToolErrorType is not null).CountBy(block => block.ToolErrorType!).ToDictionary().Order());
    }

    private static void CheckMessage(JsonElement golden, BlockRow block, IReadOnlyList<ToolCallRow> calls)
    {
        Assert.Equal(golden.GetProperty("r").GetString(), block.Role);
        Assert.Equal(golden.GetProperty("t").GetString(), block.TextSha256);
        Assert.Equal(Optional(golden, "k"), block.ContentTypes);
        Assert.Equal(golden.TryGetProperty("c", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [], calls.Select(call => call.Function));
        Assert.Equal(Optional(golden, "f"), block.ToolFunction);
        Assert.Equal(Optional(golden, "e"), block.ToolErrorType);
        Assert.Equal(Optional(golden, "m"), block.ToolErrorMessage is { } error ? Sha256(error) : null);
        if (block.LargeTextIsElsewhere())
        {
            return;
        }

        Assert.Equal(block.TextSha256, Sha256(block.Text));
        Assert.Equal(block.Characters, block.Text.Length);
    }

    private static string? Optional(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member.GetString() : null;

    private static IEnumerable<KeyValuePair<string, int>> Counts(JsonElement counts)
        => counts.EnumerateObject().ToDictionary(count => count.Name, count => count.Value.GetInt32()).Order();

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Keys sorted, numbers as what they are: −0 keeps its sign, 1e+308 and its long spelling are one.</summary>
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => member.Name + ":" + Canonical(member.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Canonical)) + "]",
        JsonValueKind.Number => value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };
}

file static class BlockRows
{
    public static bool LargeTextIsElsewhere(this BlockRow block) => block.Flags.Contains("truncated");
}

file static class Sorted
{
    public static IEnumerable<KeyValuePair<string, int>> Order(this Dictionary<string, int> counts) => counts.OrderBy(count => count.Key, StringComparer.Ordinal);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>A run as the rows that reading and chunking its log would give: for tests of the stages behind them.</summary>
internal static class SyntheticRows
{
    public static AgentRunRow Run(SyntheticLog log, SyntheticRun run, int ordinal) => new(
        ordinal, run.Uuid, log.FileName, run.Uuid, run.Task.Id, SampleIdIsNumber: false, run.Epoch, Name: null, "desk_work", log.Model, run.Task.Question, $"\"{run.Task.Answer}\"",
        "includes", run.Correct ? 1 : 0, "{}", "{}", ScoreDetailsJson: "{}", ErrorMessage: null, ErrorRetries: 0, LimitType: null, LimitValue: null, Invalidated: false, TotalSeconds: null,
        WorkingSeconds: null, StartedAt: null, CompletedAt: null, InputTokens: 0, OutputTokens: 0, TotalTokens: 0, Cost: null,
        TurnCount: run.Messages.Count(m => m.Role == "assistant"), MessageCount: run.Messages.Count, ToolCallCount: run.Messages.Count(m => m is { Role: "assistant", Tool: not null }),
        ParseErrorCount: 0, EventCount: 0, "{}", OtherJson: null, Hash(run.Uuid), Flags: []);

    public static TranscriptRow Transcript(SyntheticRun run, int ordinal) => new(
        ordinal, 0, Hash(run.Uuid), run.Uuid, GroupId: null, "messages", "main", run.Messages.Count, Hash(run.Uuid), MetadataJson: null, OtherJson: null);

    public static IReadOnlyList<BlockRow> Blocks(SyntheticRun run, int ordinal) => [.. run.Messages.Select((m, i) => new BlockRow(
        ordinal, 0, i, Hash(run.Uuid + i), Hash(run.Uuid), run.Uuid, ActionUnit: 0, m.Id, m.Role, Source: null, Model: null, ContentTypes: null, m.Text, Reasoning: null, Other: null,
        m.Role == "tool" ? m.Tool : null, m.Role == "tool" ? m.CallId : null, m.ErrorType, m.Error, MetadataJson: null, m.Text.Length, Hash(m.Text), RenderedSha256: "", Flags: []))];

    public static IReadOnlyList<ToolCallRow> Calls(SyntheticRun run, int ordinal) => [.. run.Messages.Select((m, i) => (Message: m, Index: i))
        .Where(c => c.Message is { Role: "assistant", Tool: not null })
        .Select(c => new ToolCallRow(ordinal, 0, c.Index, 0, Hash(run.Uuid + c.Index), c.Message.CallId!, c.Message.Tool!,
            new JsonObject { [EvalLogWriter.ArgumentName(c.Message.Tool!)] = c.Message.Argument }.ToJsonString(), ParseError: null, "function", ViewText: null,
            run.Messages.Skip(c.Index + 1).Any(m => m.CallId == c.Message.CallId) ? run.Messages.ToList().FindIndex(c.Index + 1, m => m.CallId == c.Message.CallId) : null))];

    /// <summary>One chunk per message of the agent with the result behind it, and one for the user's message.</summary>
    public static IReadOnlyList<ChunkRow> Chunks(SyntheticRun run, int ordinal)
    {
        var chunks = new List<ChunkRow>();
        for (var block = 1; block < run.Messages.Count; block++)
        {
            var message = run.Messages[block];
            if (message.Role == "tool")
            {
                continue;
            }

            var result = block + 1 < run.Messages.Count && run.Messages[block + 1].Role == "tool" ? run.Messages[block + 1] : null;
            var text = result is null ? message.Text : message.Text + "\n" + (result.Error ?? result.Text);
            chunks.Add(new ChunkRow(ordinal, 0, chunks.Count, Hash($"{run.Uuid}/{block}"), Hash(run.Uuid), run.Uuid, message.Role == "user" ? "user" : "turn", block,
                result is null ? block : block + 1, text, Hash(text), Elided: false));
        }

        return chunks;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}

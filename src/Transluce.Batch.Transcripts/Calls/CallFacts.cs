using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Calls;

/// <summary>Derives the facts about a transcript's calls from its blocks and calls.</summary>
public static class CallFacts
{
    private const int LongestLine = 300;

    /// <summary>Tools that end a run: calling one twice is not going in circles, and its answer is not a result.</summary>
    private static readonly HashSet<string> Closing = new(StringComparer.OrdinalIgnoreCase) { "submit", "finish", "done", "final_answer" };

    /// <summary>Facts in the order of the calls. The rows are those of one transcript, in the order of their keys.</summary>
    public static IReadOnlyList<CallFact> Of(IReadOnlyList<BlockRow> blocks, IReadOnlyList<ToolCallRow> calls)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(calls);
        var byIndex = blocks.ToDictionary(block => block.BlockIndex);
        var earlier = new Dictionary<(string Function, string Arguments), List<string>>();
        var facts = new List<CallFact>(calls.Count);
        foreach (var call in calls.Where(call => !Closing.Contains(call.Function)))
        {
            var result = call.ResultBlockIndex is { } index ? byIndex.GetValueOrDefault(index) : null;
            var runId = byIndex.GetValueOrDefault(call.BlockIndex)?.AgentRunId ?? result?.AgentRunId ?? "";
            var resultHash = result is null ? "" : result.TextSha256 + result.ToolErrorMessage;
            if (!earlier.TryGetValue((call.Function, call.ArgumentsJson), out var results))
            {
                earlier[(call.Function, call.ArgumentsJson)] = results = [];
            }

            facts.Add(Fact(call, result, runId, results.Count, results.Contains(resultHash)));
            results.Add(resultHash);
        }

        return facts;
    }

    private static CallFact Fact(ToolCallRow call, BlockRow? result, string runId, int sameCalls, bool sameResult)
    {
        var text = result?.Text ?? "";
        var reported = FailureText.Find(text);
        var errorType = result?.ToolErrorType ?? (call.ParseError is null ? null : "parsing");
        var failed = errorType is not null || result?.ToolErrorMessage is not null || reported is not null;
        var line = reported is var (start, length) ? text.Substring(start, length) : result?.ToolErrorMessage ?? call.ParseError ?? "";
        return new CallFact(
            runId,
            call.TranscriptOrdinal,
            call.BlockIndex,
            call.CallIndex,
            call.Function,
            call.ArgumentsJson,
            result?.BlockIndex ?? call.BlockIndex,
            reported?.Start ?? 0,
            reported?.Length ?? 0,
            failed ? Shortened(line) : "",
            errorType,
            failed,
            Empty: result is not null && !failed && string.IsNullOrWhiteSpace(text) && string.IsNullOrWhiteSpace(result.Other),
            sameCalls,
            sameResult);
    }

    private static string Shortened(string line) => line.Length <= LongestLine ? line : string.Concat(line.AsSpan(0, LongestLine - 1), "…");
}

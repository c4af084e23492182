using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Calls;

/// <summary>Derives the facts about a transcript's calls from its blocks and calls.</summary>
public static class CallFacts
{
    private const int LongestLine = 300;

    /// <summary>Tools that end a run: calling one twice is not going in circles, and its answer is not a result.</summary>
    private static readonly HashSet<string> Closing = new(StringComparer.OrdinalIgnoreCase) { "submit", "finish", "done", "final_answer" };

    /// <summary>Facts in the order of the calls. The rows are those of one transcript; each block is read once and let go.</summary>
    public static IReadOnlyList<CallFact> Of(IEnumerable<BlockRow> blocks, IEnumerable<ToolCallRow> calls)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(calls);
        var results = new Dictionary<int, Result>();
        var runId = "";
        foreach (var block in blocks)
        {
            runId = block.AgentRunId;
            if (block.Role == "tool")
            {
                results[block.BlockIndex] = Result.Of(block);
            }
        }

        var earlier = new Dictionary<(string Function, string Arguments), EarlierCalls>();
        var facts = new List<CallFact>();
        foreach (var call in calls.Where(call => !Closing.Contains(call.Function)))
        {
            var result = call.ResultBlockIndex is { } index ? results.GetValueOrDefault(index) : null;
            if (!earlier.TryGetValue((call.Function, call.ArgumentsJson), out var before))
            {
                earlier[(call.Function, call.ArgumentsJson)] = before = new EarlierCalls();
            }

            facts.Add(Fact(runId, call, result, before));
            before.Add(result);
        }

        return facts;
    }

    private static CallFact Fact(string runId, ToolCallRow call, Result? result, EarlierCalls before)
    {
        // Some writers put an empty string where nothing was wrong.
        var errorType = result?.ErrorType ?? (string.IsNullOrEmpty(call.ParseError) ? null : "parsing");
        var failed = errorType is not null || result is { Failed: true };
        return new CallFact(
            runId,
            call.TranscriptOrdinal,
            call.BlockIndex,
            call.CallIndex,
            call.Function,
            call.ArgumentsJson,
            result?.Block ?? call.BlockIndex,
            result?.Start ?? 0,
            result?.Length ?? 0,
            failed ? result is { Failed: true } ? result.Line : Shortened(call.ParseError ?? "") : "",
            errorType,
            failed,
            Empty: !failed && result is { Blank: true },
            before.Count,
            result is not null && before.Had(result));
    }

    private static string Shortened(string line) => line.Length <= LongestLine ? line : string.Concat(line.AsSpan(0, LongestLine - 1), "…");

    /// <summary>The calls of one tool with the same arguments so far. A run can make the same one many thousand times.</summary>
    private sealed class EarlierCalls
    {
        private readonly HashSet<string> results = new(StringComparer.Ordinal);

        public int Count { get; private set; }

        public void Add(Result? result)
        {
            Count++;
            if (result is not null)
            {
                results.Add(result.Hash);
            }
        }

        public bool Had(Result result) => results.Contains(result.Hash);
    }

    /// <summary>What is kept of a result; its text may be large.</summary>
    private sealed record Result(int Block, int Start, int Length, string Line, string? ErrorType, bool Failed, bool Blank, string Hash)
    {
        public static Result Of(BlockRow block)
        {
            var reported = FailureText.Find(block.Text);
            var line = reported is var (start, length) ? block.Text.Substring(start, Math.Min(length, LongestLine + 1)) : block.ToolErrorMessage ?? "";
            return new Result(
                block.BlockIndex,
                reported?.Start ?? 0,
                reported?.Length ?? 0,
                Shortened(line),
                block.ToolErrorType,
                Failed: reported is not null || block.ToolErrorType is not null || block.ToolErrorMessage is not null,
                Blank: BlankText.Is(block.Text) && string.IsNullOrWhiteSpace(block.Other),
                block.TextSha256 + block.ToolErrorMessage);
        }
    }
}

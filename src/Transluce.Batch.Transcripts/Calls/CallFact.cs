namespace Transluce.Batch.Transcripts.Calls;

/// <summary>One tool call and what came of it, as far as it can be seen without understanding it.</summary>
/// <param name="AgentRunId">The run.</param>
/// <param name="TranscriptOrdinal">The transcript.</param>
/// <param name="BlockIndex">The message that calls.</param>
/// <param name="CallIndex">Place within the message.</param>
/// <param name="Function">The tool.</param>
/// <param name="ArgumentsJson">Its arguments as compact JSON.</param>
/// <param name="ResultBlock">The block of the result, or the calling block where there is none.</param>
/// <param name="Start">Of the line that reports the failure, in the result block's text.</param>
/// <param name="Length">Of that line; 0 where the failure stands in the error message alone.</param>
/// <param name="FailureLine">The line itself, or the error's message; empty where nothing failed.</param>
/// <param name="ErrorType">Type of the tool error, <c>parsing</c> where the arguments could not be parsed, or null.</param>
/// <param name="Failed">A tool error, or an output that reports a failure.</param>
/// <param name="Empty">A result that says nothing (see <see cref="BlankText"/>), without an error.</param>
/// <param name="SameCallsBefore">Earlier calls of this tool with these arguments in this transcript.</param>
/// <param name="SameResultBefore">Whether one of those had this result.</param>
public sealed record CallFact(
    string AgentRunId,
    int TranscriptOrdinal,
    int BlockIndex,
    int CallIndex,
    string Function,
    string ArgumentsJson,
    int ResultBlock,
    int Start,
    int Length,
    string FailureLine,
    string? ErrorType,
    bool Failed,
    bool Empty,
    int SameCallsBefore,
    bool SameResultBefore);

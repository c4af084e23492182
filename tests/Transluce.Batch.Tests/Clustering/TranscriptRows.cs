using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Clustering;

/// <summary>Rows of logs and runs in which only what matters to a test is set.</summary>
internal static class TranscriptRows
{
    public static EmbeddingModelRow EmbeddingModel { get; } = new("lsa", "model", "revision", 32, "sum", Normalised: true, PassagePrompt: "", QueryPrompt: "");

    public static AgentRunRow Run(int ordinal, string id, string log, string task, string model, double? score = null, string sample = "sample") => new(
        ordinal, id, log, Uuid: id, sample, SampleIdIsNumber: false, Epoch: 1, Name: null, task, model, InputText: "", TargetJson: null, PrimaryScoreName: null, score,
        ScoresJson: "{}", NormalisedScoresJson: "{}", ScoreDetailsJson: "{}", ErrorMessage: null, ErrorRetries: 0, LimitType: null, LimitValue: null, Invalidated: false, TotalSeconds: null,
        WorkingSeconds: null, StartedAt: null, CompletedAt: null, InputTokens: 0, OutputTokens: 0, TotalTokens: 0, Cost: null, TurnCount: 0, MessageCount: 0,
        ToolCallCount: 0, ParseErrorCount: 0, EventCount: 0, MetadataJson: "{}", OtherJson: null, ContentSha256: "content of " + id, Flags: []);

    public static TranscriptRow Transcript(int run, string runId, string? metadataJson = null) => new(
        run, TranscriptOrdinal: 0, TranscriptId: runId, runId, GroupId: null, "messages", "main", MessageCount: 0, ContentSha256: "content", metadataJson, OtherJson: null);

    public static BlockRow Block(int run, int index, string runId, string role, string text) => new(
        run, TranscriptOrdinal: 0, index, $"{runId}/{index}", TranscriptId: runId, runId, ActionUnit: 0, MessageId: null, role, Source: null, Model: null, ContentTypes: null, text,
        Reasoning: null, Other: null, ToolFunction: null, ToolCallId: null, ToolErrorType: null, ToolErrorMessage: null, MetadataJson: null, text.Length, TextSha256: "sha", RenderedSha256: "sha", Flags: []);

    public static Stage Log(string id, string status, IReadOnlyList<AgentRunRow> runs, params GivenRowsStage.Table[] more) => new GivenRowsStage(
        "ingest",
        [
            GivenRowsStage.Rows<EvalLogRow>([new EvalLogRow(
                id, "inspect-eval", "monolith", status, LogVersion: 2, InspectVersion: null, "task", TaskVersion: null, "model", EvalId: "eval", InspectRunId: null, EvalSetId: null,
                Created: null, GitCommit: null, Tags: [], Invalidated: false, ErrorMessage: null, MetadataJson: "{}", HeaderJson: "{}", runs.Count, runs.Count, SamplesQuarantined: 0, Flags: [])]),
            GivenRowsStage.Rows(runs),
            .. more,
        ]);
}

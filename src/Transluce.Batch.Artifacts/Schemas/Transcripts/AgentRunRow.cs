namespace Transluce.Batch.Artifacts;

/// <summary>One sample's run in one log: what the agent was asked, how it ended, what it scored.</summary>
/// <param name="RunOrdinal">Place within the log: by (epoch, id) in <c>.eval</c> files, in file order elsewhere.</param>
/// <param name="AgentRunId">The sample's uuid, else a hash of eval id, sample id and epoch: the same in every encoding of the log.</param>
/// <param name="LogId">The log it was read from.</param>
/// <param name="Uuid">As written, or null in old logs.</param>
/// <param name="SampleId">The sample's id as text.</param>
/// <param name="SampleIdIsNumber">Whether the log has it as a number.</param>
/// <param name="Epoch">1, 2 …</param>
/// <param name="Name">Name of the run where its source gives it one (Docent does), or null.</param>
/// <param name="Task">Name of the task.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="InputText">The sample's input, as text.</param>
/// <param name="TargetJson">What was expected, as JSON text.</param>
/// <param name="PrimaryScoreName">The first scorer.</param>
/// <param name="PrimaryScore">Its value as a number (C 1, P 0.5, I and N 0; yes and true 1; numbers as they are), or null.</param>
/// <param name="ScoresJson">Scorer → value as written; NaN and the infinities as <c>{"float":"NaN"}</c>.</param>
/// <param name="NormalisedScoresJson">Scorer → number where there is one.</param>
/// <param name="ScoreDetailsJson">Scorer → what it said beside the value (answer, explanation, metadata, history of edits), as written; null and empty members are left out.</param>
/// <param name="ErrorMessage">Why the sample failed, or null.</param>
/// <param name="ErrorRetries">Failed attempts before this one.</param>
/// <param name="LimitType">The limit that ended it, or null.</param>
/// <param name="LimitValue">Its value.</param>
/// <param name="Invalidated">Whether it was invalidated.</param>
/// <param name="TotalSeconds">As written.</param>
/// <param name="WorkingSeconds">As written.</param>
/// <param name="StartedAt">Time stamp as written.</param>
/// <param name="CompletedAt">Time stamp as written.</param>
/// <param name="InputTokens">Over all models.</param>
/// <param name="OutputTokens">Over all models.</param>
/// <param name="TotalTokens">Sum of the models' own totals.</param>
/// <param name="Cost">Sum of the models' costs where there are any.</param>
/// <param name="TurnCount">Assistant messages of the main conversation.</param>
/// <param name="MessageCount">Messages of the main conversation.</param>
/// <param name="ToolCallCount">Tool calls of the main conversation.</param>
/// <param name="ParseErrorCount">Tool calls that could not be parsed.</param>
/// <param name="EventCount">Events of the sample.</param>
/// <param name="MetadataJson">The sample's metadata as JSON text: what <c>[M.key]</c> cites.</param>
/// <param name="OtherJson">Members of the run that no column is for, as one JSON object, or null where there are none: of a sample of an Inspect log its choices, sandbox, setup, usage by role, fallbacks and invalidation, of other runs whatever they have.</param>
/// <param name="ContentSha256">Of the blocks of all its transcripts: two copies with equal content have equal hashes.</param>
/// <param name="Flags">Peculiarities read all the same, such as <c>nan</c>, <c>surrogate</c>, <c>deep</c>, <c>reconstructed</c>, <c>truncated</c> (something is in no table whole); sorted.</param>
[Table("agent_runs", 2)]
public sealed record AgentRunRow(
    [property: Key] int RunOrdinal,
    string AgentRunId,
    string LogId,
    string? Uuid,
    string SampleId,
    bool SampleIdIsNumber,
    int Epoch,
    string? Name,
    string Task,
    string Model,
    string InputText,
    string? TargetJson,
    string? PrimaryScoreName,
    double? PrimaryScore,
    string ScoresJson,
    string NormalisedScoresJson,
    string ScoreDetailsJson,
    string? ErrorMessage,
    int ErrorRetries,
    string? LimitType,
    double? LimitValue,
    bool Invalidated,
    double? TotalSeconds,
    double? WorkingSeconds,
    string? StartedAt,
    string? CompletedAt,
    long InputTokens,
    long OutputTokens,
    long TotalTokens,
    double? Cost,
    int TurnCount,
    int MessageCount,
    int ToolCallCount,
    int ParseErrorCount,
    long EventCount,
    string MetadataJson,
    string? OtherJson,
    string ContentSha256,
    string[] Flags);

namespace Transluce.Batch.Artifacts;

/// <summary>The header of one log file. Where the file lies is not part of it: two copies of a file are one partition (see <see cref="SuiteFileRow"/>).</summary>
/// <param name="LogId">SHA-256 of the file, hex.</param>
/// <param name="Format">What it was recognised as: <c>inspect-eval</c>, <c>inspect-json</c>, <c>docent</c> or <c>tau-bench</c>.</param>
/// <param name="Container">How samples are kept: <c>monolith</c>, <c>chunked</c>, <c>mixed</c>, or <c>none</c> where there are none.</param>
/// <param name="Status">As written: <c>success</c>, <c>error</c>, <c>cancelled</c>; <c>started</c> where the log was never finished.</param>
/// <param name="LogVersion">The log format's own number.</param>
/// <param name="InspectVersion">The version of Inspect that wrote it.</param>
/// <param name="Task">Name of the task.</param>
/// <param name="TaskVersion">As written.</param>
/// <param name="Model">Name of the model evaluated.</param>
/// <param name="EvalId">Id of the evaluation; a stated hash of its run, task and time where an old log has none; empty where these cannot be read either.</param>
/// <param name="InspectRunId">The run id in the log (not one of ours).</param>
/// <param name="EvalSetId">Id of the set of evaluations it belongs to.</param>
/// <param name="Created">Time stamp as written.</param>
/// <param name="GitCommit">Commit of the task's repository.</param>
/// <param name="Tags">Tags with later edits applied, sorted.</param>
/// <param name="Invalidated">The header's flag.</param>
/// <param name="ErrorMessage">The header's error, or null.</param>
/// <param name="MetadataJson">Metadata with later edits applied, as JSON text.</param>
/// <param name="HeaderJson">The header without samples and reductions, as JSON text. Where the file holds lists of Docent's runs, what they say besides the runs stands under <c>collections</c>.</param>
/// <param name="SamplesDeclared">Samples the directory or the array holds.</param>
/// <param name="SamplesRead">Samples with a row in <c>agent_runs</c>.</param>
/// <param name="SamplesQuarantined">Samples with a row in <c>quarantine</c>.</param>
/// <param name="Flags">Peculiarities read all the same, such as <c>nan</c> or <c>surrogate</c>, sorted.</param>
[Table("eval_logs", 1)]
public sealed record EvalLogRow(
    [property: Key] string LogId,
    string Format,
    string Container,
    string Status,
    int? LogVersion,
    string? InspectVersion,
    string Task,
    string? TaskVersion,
    string Model,
    string EvalId,
    string? InspectRunId,
    string? EvalSetId,
    string? Created,
    string? GitCommit,
    string[] Tags,
    bool Invalidated,
    string? ErrorMessage,
    string MetadataJson,
    string HeaderJson,
    int SamplesDeclared,
    int SamplesRead,
    int SamplesQuarantined,
    string[] Flags);

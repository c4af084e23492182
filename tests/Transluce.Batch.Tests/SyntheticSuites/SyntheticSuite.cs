namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Runs of invented models at invented tasks, with the truth about each.</summary>
internal sealed record SyntheticSuite(SyntheticSuiteSettings Settings, IReadOnlyList<SyntheticLog> Logs)
{
    public const string Clean = "clean";

    public IEnumerable<SyntheticRun> Runs => Logs.SelectMany(log => log.Runs);

    public static IReadOnlyList<SyntheticTask> Tasks { get; } = [.. ShellTasks.All, .. DatabaseTasks.All, .. WebTasks.All];

    public static IReadOnlyList<SyntheticProblem> Problems { get; } = [.. EnvironmentProblems.All, .. ServiceProblems.All, .. ConductProblems.All];
}

/// <summary>What a suite is made of. The same settings give the same suite.</summary>
/// <param name="Seed">Of every draw.</param>
/// <param name="Models">Logs.</param>
/// <param name="Epochs">Runs of a model at each task.</param>
/// <param name="CleanShare">Share of runs without a problem.</param>
/// <param name="Categories">Problems planted; null: all there are.</param>
/// <param name="Dilution">
/// How badly problems show: the chance that a turn of one is said in words of the task, and that its output stands among lines of other outputs. Real agents seldom say what went
/// wrong, and errors are short in long outputs.
/// </param>
internal sealed record SyntheticSuiteSettings(int Seed, int Models = 3, int Epochs = 1, double CleanShare = 1.0 / 3, IReadOnlyList<string>? Categories = null, double Dilution = 0)
{
    /// <summary>The bundled suite.</summary>
    public static SyntheticSuiteSettings Demo { get; } = new(2026, Categories:
    [
        "missing-package", "permission-denied", "disk-full", "stale-lock", "rate-limit", "wrong-credentials", "flaky-tests", "misread-task",
    ]);
}

/// <summary>One model's runs.</summary>
internal sealed record SyntheticLog(string FileName, string Model, string EvalId, IReadOnlyList<SyntheticRun> Runs);

/// <summary>One run and the truth about it.</summary>
/// <param name="Task">What was asked.</param>
/// <param name="Epoch">1, 2 …</param>
/// <param name="Uuid">Names the run.</param>
/// <param name="Category">The problem planted.</param>
/// <param name="Messages">The conversation.</param>
/// <param name="EvidenceBlocks">Indexes of the messages in which the problem shows.</param>
/// <param name="Recovered">Whether the run came to its answer all the same.</param>
internal sealed record SyntheticRun(
    SyntheticTask Task,
    int Epoch,
    string Uuid,
    string Category,
    bool Recovered,
    IReadOnlyList<SyntheticMessage> Messages,
    IReadOnlyList<int> EvidenceBlocks)
{
    public bool Correct => Messages[^1].Text.Contains(Task.Answer, StringComparison.Ordinal);
}

/// <summary>A message as the log has it.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Role">As in Inspect.</param>
/// <param name="Text">Empty for a failed call: what went wrong stands in <paramref name="Error"/>.</param>
/// <param name="Tool">Called, or answering.</param>
/// <param name="CallId">Ties the answer to its call.</param>
/// <param name="Argument">Of the call.</param>
/// <param name="ErrorType">Of a failed call.</param>
/// <param name="Error">Its message.</param>
internal sealed record SyntheticMessage(string Id, string Role, string Text, string? Tool = null, string? CallId = null, string? Argument = null, string? ErrorType = null, string? Error = null);

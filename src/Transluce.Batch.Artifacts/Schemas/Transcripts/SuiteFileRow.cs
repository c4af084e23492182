namespace Transluce.Batch.Artifacts;

/// <summary>A file of a suite and the partition made from it.</summary>
/// <param name="Partition">0, 1, 2 … in the order of <paramref name="LogId"/>; what is no log and what cannot be read has the numbers after those of the logs.</param>
/// <param name="LogId">SHA-256 of the file; empty where it cannot be read.</param>
/// <param name="Names">Where copies of it lie below the suite's folder, sorted. Hostile text.</param>
/// <param name="Bytes">Its length; 0 where it cannot be read.</param>
/// <param name="Format">As in <c>eval_logs</c>; <c>unreadable</c> where the file cannot be read, or is too damaged a log to have a row there, <c>not-a-log</c> where it is something else.</param>
/// <param name="Runs">Samples read from it.</param>
/// <param name="Reason">Why the file, or the folder where the name ends with a slash, cannot be read; null where it can.</param>
[Table("suite_files", 2)]
public sealed record SuiteFileRow(
    [property: Key] int Partition,
    string LogId,
    string[] Names,
    long Bytes,
    string Format,
    int Runs,
    string? Reason);

/// <summary>One copy of a sample, and whether it is the one that counts.</summary>
/// <param name="AgentRunId">The sample's run.</param>
/// <param name="Copy">0 is the copy picked.</param>
/// <param name="Partition">The partition it lies in.</param>
/// <param name="RunOrdinal">Its number there.</param>
/// <param name="LogId">The log it lies in.</param>
/// <param name="Picked">Whether it counts.</param>
/// <param name="DuplicateOf">The run that counts in its place: copy 0 of this id. Null on the copy picked.</param>
/// <param name="Reason">The rule that decided.</param>
/// <param name="ContentSha256">Of its blocks.</param>
/// <param name="Conflict">Whether copies under this id differ in content, scores, error or limit.</param>
[Table("sample_provenance", 2)]
public sealed record SampleProvenanceRow(
    [property: Key] string AgentRunId,
    [property: Key] int Copy,
    int Partition,
    int RunOrdinal,
    string LogId,
    bool Picked,
    string? DuplicateOf,
    string Reason,
    string ContentSha256,
    bool Conflict);

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Makes the row of a log.</summary>
internal static class EvalLogRows
{
    public static EvalLogRow Make(string logId, string format, string container, LogHeader header, LogReport report) => new(
        logId, format, container, header.Status, header.Version, header.Text("eval", "packages", "inspect_ai"),
        header.Task, header.Text("eval", "task_version"), header.Model, header.EvalId, header.Text("eval", "run_id"), header.Text("eval", "eval_set_id"), header.Created,
        header.Text("eval", "revision", "commit"), LogEdits.Tags(header), header.Flag("invalidated"), header.Text("error", "message") ?? header.Text("error"),
        LogEdits.MetadataJson(header), header.ToJson(), report.Declared, report.Read, report.Quarantined, [.. report.Flags]);
}

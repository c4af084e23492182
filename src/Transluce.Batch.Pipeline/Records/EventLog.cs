using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>What one process did to shards, a line each (<c>runs/{run-id}/events-{process}.jsonl</c>, then <c>events-{process}-2.jsonl</c> and so on).</summary>
public sealed class EventLog(IObjectStore store, string runId, TimeProvider clock)
{
    private const int LinesPerFile = 256;

    private readonly Lock gate = new();
    private readonly StringBuilder lines = new();
    private readonly string process = ProcessName(clock);
    private int added;

    /// <summary>Machine and process number, fit for a file name.</summary>
    public static string Host { get; } = new string([.. Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(64)])
        + FormattableString.Invariant($"-{Environment.ProcessId}");

    /// <summary>Adds a line. A store has no append, so the file is replaced as a whole, and a new one is begun before that gets dear: a suite has a few lines for every file.</summary>
    public void Add(string stage, int shard, string what, double? seconds = null, string? reason = null, IReadOnlyDictionary<string, double>? measures = null)
    {
        lock (gate)
        {
            if (added > 0 && added % LinesPerFile == 0)
            {
                lines.Clear();
            }

            var file = added++ / LinesPerFile;
            lines.Append(ArtifactJson.SerializeLine(new ShardEvent(clock.GetUtcNow(), stage, shard, what, seconds, reason, measures))).Append('\n');
            store.Replace(ArtifactPaths.Events(runId, file == 0 ? process : FormattableString.Invariant($"{process}-{file + 1}")), Encoding.UTF8.GetBytes(lines.ToString()));
        }
    }

    // Process numbers come around again; the time keeps two processes of one run apart.
    private static string ProcessName(TimeProvider clock) => FormattableString.Invariant($"{Host}-{clock.GetUtcNow():HHmmssfff}");

    private sealed record ShardEvent(
        DateTimeOffset Time,
        string Stage,
        int Shard,
        string Event,
        double? Seconds,
        string? Reason,
        IReadOnlyDictionary<string, double>? Measures);
}

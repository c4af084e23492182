using System.Globalization;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Resolving;

/// <summary>One copy of a sample's run and what decides between copies. Those of all logs are held at once, so nothing else of their rows is kept.</summary>
internal sealed record SampleCopy(int Partition, CopiedLog Log, CopiedRun Run)
{
    // A log that was never finished is 'started'; one that was cancelled or failed is finished.
    public bool Finished => Log.Status != "started";
}

/// <summary>What is kept of a log.</summary>
internal sealed record CopiedLog(string LogId, string Status);

/// <summary>What is kept of a run.</summary>
internal sealed record CopiedRun(string AgentRunId, int RunOrdinal, bool Failed, DateTimeOffset? Completed, int MessageCount, string ContentSha256, string Result)
{
    public static CopiedRun Of(AgentRunRow row) => new(
        row.AgentRunId,
        row.RunOrdinal,
        row.ErrorMessage is not null,
        DateTimeOffset.TryParse(row.CompletedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
        row.MessageCount,
        row.ContentSha256,
        ResultOf(row));

    /// <summary>What a copy says apart from its blocks, as one hash: a sample scored anew has the same conversation.</summary>
    private static string ResultOf(AgentRunRow row)
    {
        var limit = row.LimitValue?.ToString("R", CultureInfo.InvariantCulture);
        return CanonicalJson.Hash(new JsonObject { ["scores"] = row.ScoresJson, ["error"] = row.ErrorMessage, ["limit"] = row.LimitType, ["limitValue"] = limit });
    }
}

/// <summary>Which of several copies of one sample counts, by rules in a stated order.</summary>
internal static class SampleCopies
{
    private static readonly (string Reason, Comparison<SampleCopy> BetterFirst)[] Rules =
    [
        ("finished log", (a, b) => b.Finished.CompareTo(a.Finished)),
        ("no error", (a, b) => a.Run.Failed.CompareTo(b.Run.Failed)),
        ("later completion", (a, b) => Nullable.Compare(b.Run.Completed, a.Run.Completed)),
        ("more messages", (a, b) => b.Run.MessageCount.CompareTo(a.Run.MessageCount)),
        ("lower log id", (a, b) => string.CompareOrdinal(a.Log.LogId, b.Log.LogId)),
        ("lower number in the log", (a, b) => a.Run.RunOrdinal.CompareTo(b.Run.RunOrdinal)),
    ];

    /// <summary>Rows of the copies of one sample, the copy that counts first.</summary>
    public static IEnumerable<SampleProvenanceRow> Rank(IReadOnlyList<SampleCopy> copies)
    {
        SampleCopy[] ranked = [.. copies];
        Array.Sort(ranked, (a, b) => Decide(a, b).Order);
        var conflict = ranked.Select(copy => (copy.Run.ContentSha256, copy.Run.Result)).Distinct().Count() > 1;
        return ranked.Select((copy, i) => new SampleProvenanceRow(
            copy.Run.AgentRunId,
            i,
            copy.Partition,
            copy.Run.RunOrdinal,
            copy.Log.LogId,
            Picked: i == 0,
            DuplicateOf: i == 0 ? null : ranked[0].Run.AgentRunId,
            ranked.Length == 1 ? "only copy" : Decide(ranked[0], ranked[Math.Max(1, i)]).Reason,
            copy.Run.ContentSha256,
            conflict));
    }

    private static (int Order, string Reason) Decide(SampleCopy a, SampleCopy b)
    {
        foreach (var (reason, betterFirst) in Rules)
        {
            var order = betterFirst(a, b);
            if (order != 0)
            {
                return (order, reason);
            }
        }

        return (0, "same copy");
    }
}

using System.Globalization;
using Transluce.Batch.Transcripts.Calls;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>Calls that fail one after the other. One failure mended at once is ordinary work; a series is not.</summary>
public static class FailingCalls
{
    public const string Kind = "failing-call";

    /// <summary>The longest series of a run; one success in between does not end a series.</summary>
    public static SurpriseFinding? In(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        // A series is a stretch of the failures.
        var failures = new List<CallFact>();
        var (longest, length) = (0, 0);
        foreach (var transcript in run.Calls.GroupBy(call => call.TranscriptOrdinal))
        {
            var start = failures.Count;
            var successes = 0;
            foreach (var call in transcript)
            {
                successes = call.Failed ? 0 : successes + 1;
                if (successes > 1)
                {
                    start = failures.Count;
                }
                else if (call.Failed)
                {
                    failures.Add(call);
                    (longest, length) = failures.Count - start > length ? (start, failures.Count - start) : (longest, length);
                }
            }
        }

        if (length == 0)
        {
            return null;
        }

        // The middle of a series is what it is about: its ends may be a slip before or a last resort.
        var place = failures[longest + length / 2];
        var reason = length == 1
            ? $"A call of '{place.Function}' fails: {place.FailureLine}"
            : string.Create(CultureInfo.InvariantCulture, $"{length} calls fail one after the other, among them '{place.Function}': {place.FailureLine}");
        return new SurpriseFinding(Kind, Saturation.Of(length, from: 0.6, scale: 1.5), place.TranscriptOrdinal, place.ResultBlock, place.Start, place.Length, reason);
    }
}

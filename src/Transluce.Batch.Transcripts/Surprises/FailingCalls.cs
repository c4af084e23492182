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
        var longest = new List<CallFact>();
        foreach (var transcript in run.Calls.GroupBy(call => call.TranscriptOrdinal))
        {
            var series = new List<CallFact>();
            var successes = 0;
            foreach (var call in transcript)
            {
                successes = call.Failed ? 0 : successes + 1;
                if (successes > 1)
                {
                    series = [];
                }
                else if (call.Failed)
                {
                    series.Add(call);
                    longest = series.Count > longest.Count ? [.. series] : longest;
                }
            }
        }

        if (longest.Count == 0)
        {
            return null;
        }

        // The middle of a series is what it is about: its ends may be a slip before or a last resort.
        var place = longest[longest.Count / 2];
        var reason = longest.Count == 1
            ? $"A call of '{place.Function}' fails: {place.FailureLine}"
            : string.Create(CultureInfo.InvariantCulture, $"{longest.Count} calls fail one after the other, among them '{place.Function}': {place.FailureLine}");
        return new SurpriseFinding(Kind, Saturation.Of(longest.Count, from: 0.6, scale: 1.5), place.TranscriptOrdinal, place.ResultBlock, place.Start, place.Length, reason);
    }
}

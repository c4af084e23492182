using System.Globalization;
using Transluce.Batch.Transcripts.Calls;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>Results that are empty where those of other runs are not.</summary>
public sealed class EmptyResults
{
    public const string Kind = "empty-result";

    private readonly Dictionary<string, (int Calls, int Empty)> byTool = [];
    private readonly Dictionary<(string Sample, string Tool), (int Calls, int Empty)> bySample = [];

    /// <summary>Counts a run in; all runs are counted before the first is judged.</summary>
    public void Add(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        foreach (var call in run.Calls)
        {
            Count(byTool, call.Function, call);
            Count(bySample, (run.SampleKey, call.Function), call);
        }
    }

    /// <summary>The tool of a run that returned nothing more often than it does elsewhere.</summary>
    public SurpriseFinding? In(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        SurpriseFinding? best = null;
        foreach (var tool in run.Calls.GroupBy(call => call.Function))
        {
            var empty = tool.Where(call => call.Empty).ToArray();
            if (empty.Length == 0)
            {
                continue;
            }

            // Other runs at the same sample are the fairest comparison; where there are none, all other runs.
            var (calls, blanks) = Less(bySample[(run.SampleKey, tool.Key)], tool);
            var scope = "other runs at this sample";
            if (calls == 0)
            {
                (calls, blanks) = Less(byTool[tool.Key], tool);
                scope = "other runs";
            }

            var filled = calls == 0 ? 0 : 1 - blanks / (double)calls;
            var strength = Saturation.Of(empty.Length * filled, from: 0.8, scale: 1.2);
            if (strength > (best?.Strength ?? 0))
            {
                var place = empty[empty.Length / 2];
                best = new SurpriseFinding(Kind, strength, place.TranscriptOrdinal, place.ResultBlock, 0, 0, string.Create(CultureInfo.InvariantCulture,
                    $"{empty.Length} of {tool.Count()} results of '{tool.Key}' are empty; in {scope} {filled:P0} of its results are not"));
            }
        }

        return best;
    }

    private static (int Calls, int Empty) Less((int Calls, int Empty) all, IEnumerable<CallFact> own)
        => (all.Calls - own.Count(), all.Empty - own.Count(call => call.Empty));

    private static void Count<TKey>(Dictionary<TKey, (int Calls, int Empty)> counts, TKey key, CallFact call)
        where TKey : notnull
    {
        var (calls, empty) = counts.GetValueOrDefault(key);
        counts[key] = (calls + 1, empty + (call.Empty ? 1 : 0));
    }
}

using System.Globalization;

namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>One call made again and again, with the same arguments and the same result.</summary>
public static class RepeatedCalls
{
    public const string Kind = "repeated-call";

    private const int LongestArguments = 160;

    /// <summary>The call repeated most often in a run.</summary>
    public static SurpriseFinding? In(SurpriseRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var groups = run.Calls.GroupBy(call => (call.TranscriptOrdinal, call.Function, call.ArgumentsJson)).Select(group => group.ToArray()).ToArray();
        var most = groups.OrderByDescending(Repeats).FirstOrDefault();
        if (most is null || Repeats(most) == 0)
        {
            return null;
        }

        var repeats = most.Where(IsRepeat).ToArray();
        var place = repeats[repeats.Length / 2];
        var arguments = place.ArgumentsJson.Length <= LongestArguments ? place.ArgumentsJson : string.Concat(place.ArgumentsJson.AsSpan(0, LongestArguments - (char.IsHighSurrogate(place.ArgumentsJson[LongestArguments - 1]) ? 1 : 0)), "…");
        return new SurpriseFinding(Kind, Saturation.Of(Repeats(most), from: 0.8, scale: 1.4), place.TranscriptOrdinal, place.BlockIndex, 0, 0,
            string.Create(CultureInfo.InvariantCulture, $"'{place.Function}' is called {most.Length} times with the same arguments, {repeats.Length} of them with a result it had given before: {arguments}"));
    }

    /// <summary>Repeats that brought nothing new; asking again until the answer changes is polling, which ends well.</summary>
    private static int Repeats(Calls.CallFact[] calls) => calls.Count(IsRepeat);

    private static bool IsRepeat(Calls.CallFact call) => call.SameCallsBefore > 0 && call.SameResultBefore;
}

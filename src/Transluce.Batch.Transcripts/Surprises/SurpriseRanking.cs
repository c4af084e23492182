namespace Transluce.Batch.Transcripts.Surprises;

/// <summary>Judges all runs of a suite by each other and ranks what is found.</summary>
public sealed class SurpriseRanking
{
    /// <summary>Findings below this are ordinary and left out.</summary>
    private const double Least = 0.05;

    /// <summary>All findings, the most surprising first. A run's strongest finding carries the run's score, which counts its others in; these carry their own.</summary>
    /// <param name="runs">Every run of the suite, in the same order at every call; read three times.</param>
    public static IReadOnlyList<RankedSurprise> Rank(Func<IEnumerable<SurpriseRun>> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var empty = new EmptyResults();
        var far = new FarChunks();
        var changes = new SharpChanges();
        foreach (var run in runs())
        {
            empty.Add(run);
            far.Add(run);
            changes.Add(run);
        }

        var farthest = new List<FarChunk?>();
        foreach (var run in runs())
        {
            farthest.Add(far.Measure(run));
        }

        var ranked = new List<RankedSurprise>();
        foreach (var (run, ordinal) in runs().Select((run, ordinal) => (run, ordinal)))
        {
            SurpriseFinding?[] found = [FailingCalls.In(run), RepeatedCalls.In(run), empty.In(run), changes.In(run), far.In(farthest[ordinal])];
            ranked.AddRange(OfRun(run, found));
        }

        return [.. ranked.OrderByDescending(s => s.Score).ThenBy(s => s.AgentRunId, StringComparer.Ordinal).ThenBy(s => s.Finding.Kind, StringComparer.Ordinal)];
    }

    private static IEnumerable<RankedSurprise> OfRun(SurpriseRun run, SurpriseFinding?[] found)
    {
        var findings = found.OfType<SurpriseFinding>().Where(f => f.Strength >= Least).OrderByDescending(f => f.Strength).ThenBy(f => f.Kind, StringComparer.Ordinal).ToArray();
        // As if the kinds were independent signs: the chance that not all of them are false.
        var together = 1 - findings.Aggregate(1.0, (product, f) => product * (1 - f.Strength));
        return findings.Select((finding, place) => new RankedSurprise(
            run.AgentRunId, place == 0 ? together : finding.Strength, run.BlockIds[(finding.TranscriptOrdinal, finding.BlockIndex)], finding));
    }
}

/// <summary>A finding, the score by which it is ranked, and the id of the block it lies in.</summary>
public sealed record RankedSurprise(string AgentRunId, double Score, string BlockId, SurpriseFinding Finding);

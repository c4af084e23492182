using Transluce.Batch.Artifacts;
using Transluce.Batch.Transcripts.Clustering;
using Transluce.Batch.Transcripts.Embedding;
using Transluce.Batch.Transcripts.Labelling;

namespace Transluce.Batch.Transcripts.Questions;

/// <summary>Clusters the matches of one question by what the reasons say, as chunks are clustered: k-means, the number of groups by stability.</summary>
internal static class MatchGroups
{
    private const int Most = 12;

    // More than for chunks: that all matches say the same must remain a choice, so two groups need a stability of .16.
    private const double Penalty = 0.2;
    private const int Pairs = 20;

    private static readonly KMeansSettings Settings = new(1, Starts: 10, Iterations: 100, Seed: 54, Threads: 1, Spherical: true);

    /// <summary>The rows with their groups; group 0 is the largest, of equal ones that with the best match.</summary>
    public static IReadOnlyList<QuestionMatchRow> Number(IReadOnlyList<QuestionMatchRow> matches, CachedVectors reasons, CancellationToken cancellationToken)
    {
        var judged = matches.Select((match, place) => (match, place)).Where(pair => pair.match.Decision == true).ToArray();
        var vectors = judged.Length == 0 ? [] : reasons.OfPassages([.. judged.Select(pair => Uncited(pair.match.Reason))], cancellationToken);
        var places = judged.Select(pair => pair.place).Where((_, i) => vectors[i].Length > 0).ToArray();
        if (places.Length == 0)
        {
            return matches;
        }

        var table = VectorTable.Normalised([.. vectors.Where(vector => vector.Length > 0)]);
        var (count, _) = ClusterCount.Choose(table, 1, Most, Pairs, Penalty, Settings, cancellationToken);
        var assignment = KMeans.Fit(table, Settings with { Clusters = count }, cancellationToken).Assignment;
        var bySize = assignment.Select((cluster, i) => (cluster, i)).GroupBy(pair => pair.cluster).OrderByDescending(g => g.Count()).ThenBy(g => g.First().i).Select(g => g.Key).ToList();
        var numbered = matches.ToArray();
        for (var i = 0; i < places.Length; i++)
        {
            numbered[places[i]] = numbered[places[i]] with { MatchGroup = bySize.IndexOf(assignment[i]) };
        }

        return numbered;
    }

    /// <summary>The reason without its citations: their numbers and quotes are about the run, not about what is the matter.</summary>
    private static string Uncited(string text)
    {
        foreach (var citation in CitationParser.Parse(text).Reverse())
        {
            text = text.Remove(citation.Start, citation.End - citation.Start);
        }

        return text;
    }
}

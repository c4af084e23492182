namespace Transluce.Batch.Transcripts.Clustering;

/// <summary>How well one number of clusters did.</summary>
/// <param name="Clusters">The number.</param>
/// <param name="Stability">Mean adjusted Rand index between clusterings of pairs of subsamples under different seeds.</param>
/// <param name="Score">By which the number is chosen.</param>
internal sealed record ClusterCountTrial(int Clusters, double Stability, double Score);

/// <summary>
/// The number of clusters by how well clusterings agree over seeds and subsamples (Ben-Hur, Elisseeff and Guyon 2002; Lange et al. 2004).
/// Two clusterings that each agree with the groups there are by r agree with each other by about r², hence the root of the stability (as a correlation is
/// corrected for attenuation, Spearman 1904). A clear division into two agrees as well as a clear one into eight and says less: of all pairs of items, k equal
/// clusters tell 1 - 1/k apart. Hence √stability · (1 - 1/k), less a penalty for each doubling of k. Beyond the clusters there are, divisions are
/// arbitrary and the agreement falls. The silhouette is no judge here: on text it grows with the number up to the end of any range.
/// </summary>
internal static class ClusterCount
{
    // Two of them share two fifths of the items: enough to know the same clusters, too few to repeat the same accidents.
    private const double SubsampleShare = 0.65;

    // From here on chance matters less than time.
    private const int ManyItems = 1_000;
    private const int FewestPairs = 10;

    // Where there are few items the smallest number gives way, so that there is something to choose from.
    private const int FewestChoices = 3;

    /// <param name="vectors">All items; of more than <paramref name="most"/> · 500 a sample is judged.</param>
    /// <param name="least">Smallest number tried, but for few items.</param>
    /// <param name="most">Largest number tried; never more than the square root of the number of items.</param>
    /// <param name="pairs">Pairs of subsamples a number; of more than a thousand items, whose subsamples differ less, fewer, but ten at least.</param>
    /// <param name="penalty">Taken for each doubling of the number.</param>
    /// <param name="settings">Of the fits; the number of clusters is set here.</param>
    /// <param name="cancellationToken">Stops between fits.</param>
    /// <returns>Every number tried, ascending, and the one chosen; of equal scores the smaller.</returns>
    public static (int Chosen, IReadOnlyList<ClusterCountTrial> Trials) Choose(
        VectorTable vectors, int least, int most, int pairs, double penalty, KMeansSettings settings, CancellationToken cancellationToken)
    {
        most = Math.Min(most, (int)Math.Sqrt(vectors.Rows));
        least = Math.Min(least, Math.Max(2, most - FewestChoices));
        if (most <= 1)
        {
            return (1, [new ClusterCountTrial(1, 1, 1)]);
        }

        var judged = Select(vectors, new SeededDraws(settings.Seed, "judged").Sample(vectors.Rows, most * 500));
        pairs = Math.Max((int)Math.Min(pairs, (long)pairs * ManyItems / judged.Rows), Math.Min(pairs, FewestPairs));
        var trials = Grid(least, most).Select(clusters =>
        {
            var stability = Stability(judged, pairs, settings with { Clusters = clusters }, cancellationToken);
            return new ClusterCountTrial(clusters, stability, (Math.Sqrt(Math.Max(0, stability)) * (1 - (1.0 / clusters))) - (penalty * Math.Log2(clusters)));
        }).ToArray();
        return (trials.OrderByDescending(trial => trial.Score).ThenBy(trial => trial.Clusters).First().Clusters, trials);
    }

    /// <summary>Every number up to 16, then steps of an eighth.</summary>
    private static IEnumerable<int> Grid(int least, int most)
    {
        for (var clusters = least; clusters <= most; clusters += Math.Max(1, clusters / 8))
        {
            yield return clusters;
        }
    }

    private static double Stability(VectorTable vectors, int pairs, KMeansSettings settings, CancellationToken cancellationToken)
    {
        var total = 0.0;
        for (var pair = 0; pair < pairs; pair++)
        {
            total += PartitionAgreement.AdjustedRand(Fit(2 * pair), Fit((2 * pair) + 1));
        }

        return total / pairs;

        // Fitted on a subsample, then every item assigned: both clusterings are of the same items.
        int[] Fit(int half)
        {
            var draws = new SeededDraws(settings.Seed, "subsample", half);
            var part = Select(vectors, draws.Sample(vectors.Rows, (int)(vectors.Rows * SubsampleShare)));
            var fit = KMeans.Fit(part, settings with { Seed = unchecked((settings.Seed * 1_000) + half) }, cancellationToken);
            return KMeans.Assign(vectors, fit.Centroids, settings.Threads).Assignment;
        }
    }

    private static VectorTable Select(VectorTable vectors, int[] rows)
    {
        if (rows.Length == vectors.Rows)
        {
            return vectors;
        }

        var values = new float[rows.Length * vectors.Dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            vectors[rows[i]].CopyTo(values.AsSpan(i * vectors.Dimensions));
        }

        return new VectorTable(values, vectors.Dimensions);
    }
}

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>
/// Chooses which contexts of the full back-off tables to keep: those whose shrunken mean m differs most from what the next shorter context expects,
/// by weight × (m - m_parent)², the squared error they explain. Their values stay the shrunken means: re-fitting them to what is left
/// uncovered was measured and predicts worse.
/// </summary>
public sealed class PatternFitter
{
    private readonly BackOffTables tables = new();
    private readonly LargestGains largest = new();
    private float[] gains = [];

    /// <summary>Fits one polarity.</summary>
    /// <param name="sums">Sums of the target (with a regression: of what it leaves over).</param>
    /// <param name="shrinkage">λ of the tables.</param>
    /// <param name="entries">Entries kept at most; of equal gains the shorter context stays.</param>
    /// <param name="weights">Weights of the regression that was subtracted, or empty.</param>
    public Pattern Fit(PolaritySums sums, float shrinkage, int entries, float[] weights)
    {
        tables.Fit(sums, shrinkage);
        var (tokens, bigrams) = (sums.Count(1), sums.Count(2));
        var count = tokens + bigrams + sums.Count(3);
        if (gains.Length < count)
        {
            gains = new float[count + 8192];
        }

        Compare(sums, 1, gains.AsSpan(0, tokens));
        Compare(sums, 2, gains.AsSpan(tokens, bigrams));
        Compare(sums, 3, gains.AsSpan(tokens + bigrams, sums.Count(3)));
        var found = largest.Find(gains.AsSpan(0, count), entries);
        var result = new PatternEntry[found.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var place = found[i].Place;
            var length = place < tokens ? 1 : place < tokens + bigrams ? 2 : 3;
            var group = length == 1 ? place : length == 2 ? place - tokens : place - tokens - bigrams;
            result[i] = new PatternEntry(sums.ContextOf(length, group), length, tables.Means(length)[group], sums.Weights(length)[group]);
        }

        return new Pattern(tables.Base, result, weights);
    }

    private void Compare(PolaritySums sums, int length, Span<float> gain)
    {
        var means = tables.Means(length);
        var weights = sums.Weights(length);
        var parents = length == 1 ? default : tables.Means(length - 1);
        for (var group = 0; group < gain.Length; group++)
        {
            var difference = means[group] - (length == 1 ? tables.Base : parents[sums.ParentOf(length, group)]);
            gain[group] = weights[group] * difference * difference;
        }
    }
}

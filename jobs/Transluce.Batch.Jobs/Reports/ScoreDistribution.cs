namespace Transluce.Batch.Jobs;

/// <summary>Scores of one predictor over many polarities: what a table of them shows.</summary>
internal sealed class ScoreDistribution
{
    private readonly List<float> scores = [];

    public int Count => scores.Count;

    public double Mean => scores.Count > 0 ? scores.Average(score => (double)score) : double.NaN;

    public void Add(float? score)
    {
        if (score is { } value && float.IsFinite(value))
        {
            scores.Add(value);
        }
    }

    /// <summary>Quantile with linear interpolation between neighbours; NaN where there is no score.</summary>
    public double Quantile(double level)
    {
        if (scores.Count == 0)
        {
            return double.NaN;
        }

        scores.Sort();
        var place = level * (scores.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, scores.Count - 1);
        return scores[below] + ((place - below) * (scores[above] - scores[below]));
    }

    /// <summary>Shares of the scores in equal bins from <paramref name="low"/> to <paramref name="high"/>; what lies outside counts in the outermost bins.</summary>
    public double[] Histogram(double low, double high, int bins)
    {
        var shares = new double[bins];
        foreach (var score in scores)
        {
            shares[Math.Clamp((int)((score - low) / (high - low) * bins), 0, bins - 1)] += 1.0 / scores.Count;
        }

        return shares;
    }
}

using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons.Scoring;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>One polarity of the sample by which settings are chosen.</summary>
internal sealed record SampledPolarity(PolarityTarget Target, ScoringSet Valid);

/// <summary>Chooses a layer's settings on valid: one setting after the other, each time the value with the highest mean correlation over the sample (the first on a tie).</summary>
internal sealed class LayerChoice(TokenVocabulary vocabulary, RegressionFeatures features, Func<PolarityExplainer> takeExplainer, Action<PolarityExplainer> returnExplainer, ParallelOptions parallel)
{
    private static readonly float[] ExemplarWeights = [1, 0, 3];
    private static readonly float[] PatternShrinkages = [1, 2];
    private static readonly float[] DescriptionShrinkages = [1, 0.5f, 2];

    public ExplainerChoiceRow Choose(int layer, IReadOnlyList<SampledPolarity> sample)
    {
        var settings = ExplainerSettings.Initial;
        var description = Score(sample, settings, ofDescription: true);
        if (sample.Any(polarity => polarity.Target.Extras.Count > 0))
        {
            (settings, description) = Try(sample, settings, description, true, ExemplarWeights.Select(weight => settings with { ExemplarWeight = weight }));
        }

        (settings, description) = Try(sample, settings, description, true, DescriptionShrinkages.Select(shrinkage => settings with { DescriptionShrinkage = shrinkage }));
        var pattern = Score(sample, settings, ofDescription: false);
        (settings, pattern) = Try(sample, settings, pattern, false, [settings, settings with { Regression = false }]);
        (settings, pattern) = Try(sample, settings, pattern, false, PatternShrinkages.Select(shrinkage => settings with { PatternShrinkage = shrinkage }));
        return new ExplainerChoiceRow(
            layer, description.Count, settings.Regression, settings.ExemplarWeight, settings.PatternShrinkage, settings.DescriptionShrinkage, Mean(pattern), Mean(description));
    }

    public static ExplainerSettings Settings(ExplainerChoiceRow row) => new(row.Regression, row.ExemplarWeight, row.PatternShrinkage, row.DescriptionShrinkage);

    private (ExplainerSettings Settings, (double Sum, int Count) Score) Try(
        IReadOnlyList<SampledPolarity> sample, ExplainerSettings settings, (double Sum, int Count) score, bool ofDescription, IEnumerable<ExplainerSettings> alternatives)
    {
        foreach (var alternative in alternatives.Where(alternative => alternative != settings))
        {
            var other = Score(sample, alternative, ofDescription);
            if (other.Sum > score.Sum)
            {
                (settings, score) = (alternative, other);
            }
        }

        return (settings, score);
    }

    private (double Sum, int Count) Score(IReadOnlyList<SampledPolarity> sample, ExplainerSettings settings, bool ofDescription)
    {
        var scores = new float?[sample.Count];
        Parallel.For(0, sample.Count, parallel, takeExplainer, (i, _, own) =>
        {
            if (ofDescription)
            {
                var descriptions = own.FitDescriptions(sample[i].Target, settings);
                scores[i] = descriptions.Count == 0 ? null : sample[i].Valid.Correlation(new DescriptionSimulator(descriptions[^1].Rules, vocabulary).Simulate);
            }
            else
            {
                scores[i] = sample[i].Valid.Correlation(new PatternSimulator(own.FitPattern(sample[i].Target, settings), features).Simulate);
            }

            return own;
        }, returnExplainer);
        return (scores.Sum(score => score ?? 0), scores.Count(score => score is not null));
    }

    private static float? Mean((double Sum, int Count) score) => score.Count == 0 ? null : (float)(score.Sum / score.Count);
}

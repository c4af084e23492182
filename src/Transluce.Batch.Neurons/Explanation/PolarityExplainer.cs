using System.Numerics.Tensors;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Fits pattern and descriptions of one polarity after the other. Belongs to one thread: its tables are reused.</summary>
internal sealed class PolarityExplainer(ContextIndex index, RuleSpace space, RegressionFeatures features, ExplanationOptions options)
{
    private readonly PolaritySums sums = new(index);
    private readonly PatternFitter patterns = new();
    private readonly DescriptionFitter descriptions = new(space);

    /// <summary>The stored pattern at the given settings.</summary>
    public Pattern FitPattern(PolarityTarget target, ExplainerSettings settings)
    {
        // The weights of the regression count as entries, so it needs room for them and more.
        var regress = settings.Regression && target.Weights.Length > 0 && options.PatternEntries > target.Weights.Length;
        sums.LoadSorted((regress ? target.Residual : target.Rectified).Span, regress ? [.. target.Extras.Select(extra => Subtract(extra, target.Weights))] : target.Extras, settings.ExemplarWeight);
        return patterns.Fit(sums, settings.PatternShrinkage, options.PatternEntries - (regress ? target.Weights.Length : 0), regress ? target.Weights : []);
    }

    /// <summary>Candidate descriptions of growing size.</summary>
    public IReadOnlyList<Description> FitDescriptions(PolarityTarget target, ExplainerSettings settings)
    {
        sums.LoadSorted(target.Rectified.Span, target.Extras, settings.ExemplarWeight);
        int[] sizes = [.. new[] { options.DescriptionEntries / 3, 2 * options.DescriptionEntries / 3, options.DescriptionEntries }.Where(size => size > 0).Distinct()];
        return descriptions.Fit(sums, settings.DescriptionShrinkage, sizes, options.DescriptionCharacters);
    }

    private ExtraWindow Subtract(ExtraWindow extra, float[] weights)
    {
        var left = new float[extra.Rectified.Length];
        features.AddProduct(extra.Window, weights, left);
        TensorPrimitives.Subtract(extra.Rectified, left, left);
        return extra with { Rectified = left };
    }
}

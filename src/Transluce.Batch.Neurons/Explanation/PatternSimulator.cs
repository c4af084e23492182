namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Predicts rectified activations from a stored pattern alone: the regression (where there is one) plus the longest matching entry, never below zero.</summary>
public sealed class PatternSimulator
{
    private readonly Pattern pattern;
    private readonly RegressionFeatures? features;
    private readonly Dictionary<ulong, float>[] values = [[], [], []];

    /// <param name="pattern">What to predict from.</param>
    /// <param name="features">Needed where the pattern has weights.</param>
    public PatternSimulator(Pattern pattern, RegressionFeatures? features)
    {
        if (pattern.Weights.Length > 0 && features is null)
        {
            throw new ArgumentNullException(nameof(features), "The pattern has regression weights; give the token features they were fitted with.");
        }

        this.pattern = pattern;
        this.features = features;
        foreach (var entry in pattern.Entries)
        {
            values[entry.Length - 1][entry.Context] = entry.Value;
        }
    }

    /// <summary>Writes one prediction per token from <see cref="TokenWindow.First"/> on.</summary>
    public void Simulate(TokenWindow window, Span<float> predicted)
    {
        for (var position = window.First; position < window.TokenIds.Length; position++)
        {
            predicted[position - window.First] = Expect(Context.Of(window, position));
        }

        if (pattern.Weights.Length > 0)
        {
            features!.AddProduct(window, pattern.Weights, predicted);
        }

        for (var i = 0; i < window.Length; i++)
        {
            predicted[i] = Math.Max(predicted[i], 0);
        }
    }

    private float Expect(ulong context)
    {
        for (var length = Context.MaximumLength; length >= 1; length--)
        {
            if (values[length - 1].TryGetValue(Context.Shorten(context, length), out var value))
            {
                return value;
            }
        }

        return pattern.Base;
    }
}

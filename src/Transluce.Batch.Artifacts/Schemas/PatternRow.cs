namespace Transluce.Batch.Artifacts;

/// <summary>The back-off tables that predict one polarity of a neuron without a language model.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer.</param>
/// <param name="Polarity">+1 or -1; predictions are of max(polarity * activation, 0).</param>
/// <param name="BaseValue">Prediction where no entry matches.</param>
/// <param name="ContextLengths">Tokens in each entry's context, the current token included.</param>
/// <param name="ContextIds">All contexts one after the other, each oldest token first.</param>
/// <param name="Values">Expected rectified activation per entry.</param>
/// <param name="Evidence">Train tokens behind each entry.</param>
/// <param name="Weights">Regression weights over the features of the explanation page; empty where the regression does not pay.</param>
/// <param name="FailureReason">Why there is no pattern, or null.</param>
[Table("patterns", 1)]
public sealed record PatternRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] int Polarity,
    float BaseValue,
    int[] ContextLengths,
    int[] ContextIds,
    float[] Values,
    float[] Evidence,
    float[] Weights,
    string? FailureReason);

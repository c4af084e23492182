namespace Transluce.Batch.Artifacts;

/// <summary>How well one candidate predicts a neuron on text it was not made from.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer.</param>
/// <param name="Polarity">+1 or -1.</param>
/// <param name="Candidate">The description's candidate number, or -1 for the stored pattern.</param>
/// <param name="Scorer"><c>simulation</c> (signed Pearson, exemplars + controls) or <c>reference</c> (|r| after in-sample regression, 20 top + 5 random).</param>
/// <param name="Split">Valid or Test.</param>
/// <param name="Correlation">Pearson correlation of simulated and true rectified activations; null where undefined.</param>
/// <param name="IntervalLow">2.5 % bound, bootstrap over windows.</param>
/// <param name="IntervalHigh">97.5 % bound.</param>
/// <param name="NullCorrelation">The same score for the description of another neuron of the layer.</param>
/// <param name="PoolLookupCorrelation">Baseline: mean true activation of the token over the train pool.</param>
/// <param name="ExemplarLookupCorrelation">Baseline: the same from the train exemplars alone.</param>
/// <param name="Precision">Of firing (at least half the train maximum), per token.</param>
/// <param name="Recall">Of firing.</param>
/// <param name="F1">Of firing.</param>
/// <param name="Windows">Windows scored.</param>
/// <param name="SimulatedTokens">Tokens scored.</param>
/// <param name="FailureReason">Why there is no score, or null.</param>
[Table("scores", 1)]
public sealed record ScoreRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] int Polarity,
    [property: Key] int Candidate,
    [property: Key] string Scorer,
    [property: Key] Split Split,
    float? Correlation,
    float? IntervalLow,
    float? IntervalHigh,
    float? NullCorrelation,
    float? PoolLookupCorrelation,
    float? ExemplarLookupCorrelation,
    float? Precision,
    float? Recall,
    float? F1,
    int Windows,
    int SimulatedTokens,
    string? FailureReason);

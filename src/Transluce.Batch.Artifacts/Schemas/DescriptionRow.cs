namespace Transluce.Batch.Artifacts;

/// <summary>The description chosen for one polarity of a neuron, with the score it reached on text unseen by explainer and selection.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer.</param>
/// <param name="Polarity">+1 or -1.</param>
/// <param name="Text">The description; empty where none could be chosen (<paramref name="Candidate"/> is -1).</param>
/// <param name="Explainer">Who wrote it.</param>
/// <param name="Candidate">Which candidate was chosen, -1 for none.</param>
/// <param name="SelectionScore">Correlation on valid, by which it was chosen.</param>
/// <param name="Score">Correlation on test: the number to report.</param>
/// <param name="IntervalLow">2.5 % bound of <paramref name="Score"/>.</param>
/// <param name="IntervalHigh">97.5 % bound of <paramref name="Score"/>.</param>
/// <param name="NullScore">Test score of another neuron's description.</param>
/// <param name="PatternScore">Test score of the stored pattern.</param>
/// <param name="Dead">The neuron's dead flag on train.</param>
/// <param name="FailureReason">Why no description could be chosen, or why the chosen one has no score on test; else null.</param>
[Table("descriptions", 1)]
public sealed record DescriptionRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] int Polarity,
    string Text,
    string Explainer,
    int Candidate,
    float? SelectionScore,
    float? Score,
    float? IntervalLow,
    float? IntervalHigh,
    float? NullScore,
    float? PatternScore,
    bool Dead,
    string? FailureReason);

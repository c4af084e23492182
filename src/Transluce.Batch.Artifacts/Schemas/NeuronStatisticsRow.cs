namespace Transluce.Batch.Artifacts;

/// <summary>Statistics of one neuron over every eligible token of a split.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer.</param>
/// <param name="Split">The split.</param>
/// <param name="TokenCount">Tokens counted.</param>
/// <param name="NotFiniteCount">Tokens whose activation was NaN or infinite: left out of everything else.</param>
/// <param name="Mean">Mean activation.</param>
/// <param name="StandardDeviation">Population standard deviation.</param>
/// <param name="FractionPositive">Share of tokens with an activation above zero.</param>
/// <param name="Minimum">Smallest activation, exact.</param>
/// <param name="Maximum">Largest activation, exact.</param>
/// <param name="QuantileLevels">Levels such as 1e-4 … 0.9999, ascending.</param>
/// <param name="QuantileValues">Token quantiles at those levels (numpy "linear"), each within 1e-3 of the neuron's largest magnitude of that sign.</param>
/// <param name="Dead">See the exemplars page for the rule.</param>
[Table("neuron_stats", 1)]
public sealed record NeuronStatisticsRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] Split Split,
    long TokenCount,
    long NotFiniteCount,
    double Mean,
    double StandardDeviation,
    double FractionPositive,
    float Minimum,
    float Maximum,
    double[] QuantileLevels,
    float[] QuantileValues,
    bool Dead);

namespace Transluce.Batch.Artifacts;

/// <summary>A shard's share of a neuron's statistics, in a form that merges exactly.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer.</param>
/// <param name="Split">The shard's split.</param>
/// <param name="FirstBlock">Block of the first partial sum.</param>
/// <param name="TokenCount">Eligible tokens with a finite activation.</param>
/// <param name="NotFiniteCount">Eligible tokens whose activation was NaN or infinite.</param>
/// <param name="PositiveCount">Tokens with an activation above zero.</param>
/// <param name="Minimum">Smallest activation; infinity where there is none.</param>
/// <param name="Maximum">Largest activation; negative infinity where there is none.</param>
/// <param name="BlockSums">Sum of activations, per block.</param>
/// <param name="BlockSquares">Sum of squared activations, per block.</param>
/// <param name="NegativeExponent">e of the histogram's negative side (see the exemplars page).</param>
/// <param name="PositiveExponent">e of its positive side.</param>
/// <param name="Counts">The 2 × 1,024 bin counts in order of value: variable-length integers, a run of zeros as a 0 and the run's length less one.</param>
[Table("collected_statistics", 1, RowGroupRows = 2048)]
public sealed record CollectedStatisticsRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] Split Split,
    int FirstBlock,
    long TokenCount,
    long NotFiniteCount,
    long PositiveCount,
    float Minimum,
    float Maximum,
    double[] BlockSums,
    double[] BlockSquares,
    int NegativeExponent,
    int PositiveExponent,
    byte[] Counts);

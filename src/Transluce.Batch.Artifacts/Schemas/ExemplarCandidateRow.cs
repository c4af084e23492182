namespace Transluce.Batch.Artifacts;

/// <summary>One of a shard's highest-activation windows of a neuron, before the shards of a split are merged. Columns as in <see cref="ExemplarRow"/>.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer.</param>
/// <param name="Polarity">+1 or -1.</param>
/// <param name="Split">The shard's split.</param>
/// <param name="Rank">Rank within the shard.</param>
/// <param name="Activation">The signed activation at the peak.</param>
/// <param name="PeakPosition">Index into the sequence's token ids.</param>
/// <param name="SequenceId">Refers to <see cref="SequenceRow"/> of the same split.</param>
/// <param name="TraceStart">Position of the first traced token.</param>
/// <param name="Activations">The trace, half precision; empty beyond the traced ranks.</param>
/// <param name="ContextHigh">Upper half of the context's hash (see the exemplars page); 0 where repeats are kept.</param>
/// <param name="ContextLow">Lower half.</param>
[Table("exemplar_candidates", 1, RowGroupRows = 16_384)]
public sealed record ExemplarCandidateRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] int Polarity,
    [property: Key] Split Split,
    [property: Key] int Rank,
    float Activation,
    int PeakPosition,
    int SequenceId,
    int TraceStart,
    float[] Activations,
    long ContextHigh,
    long ContextLow);

namespace Transluce.Batch.Artifacts;

/// <summary>One of the highest-activation windows of a neuron in one polarity.</summary>
/// <param name="Layer">Layer of the MLP.</param>
/// <param name="Neuron">Index within the layer's down-projection input.</param>
/// <param name="Polarity">+1 ranks by the largest value, -1 by the smallest.</param>
/// <param name="Split">The split the window belongs to.</param>
/// <param name="Rank">0 is the strongest.</param>
/// <param name="Activation">The signed activation at the peak.</param>
/// <param name="PeakPosition">Index into the sequence's token ids.</param>
/// <param name="SequenceId">Refers to <see cref="SequenceRow"/> of the same split.</param>
/// <param name="TraceStart">Position of the first traced token (the prefix length, unless the prefix is ranked too); -1 beyond the traced ranks.</param>
/// <param name="Activations">Signed activations from <paramref name="TraceStart"/> to the end, each rounded to half precision; empty beyond the traced ranks.</param>
[Table("exemplars", 1)]
public sealed record ExemplarRow(
    [property: Key] int Layer,
    [property: Key] int Neuron,
    [property: Key] int Polarity,
    [property: Key] Split Split,
    [property: Key] int Rank,
    float Activation,
    int PeakPosition,
    int SequenceId,
    int TraceStart,
    float[] Activations);

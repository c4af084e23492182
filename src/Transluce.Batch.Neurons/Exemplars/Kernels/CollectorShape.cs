namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Sizes of a collector: what its memory depends on.</summary>
/// <param name="Layers">Layers of the model.</param>
/// <param name="Neurons">Neurons per layer.</param>
/// <param name="K">Windows kept per neuron and polarity.</param>
/// <param name="TracedRanks">Ranks whose activations are kept.</param>
/// <param name="TraceLength">Tokens of the longest window behind its prefix.</param>
/// <param name="Blocks">Blocks of the shard.</param>
/// <param name="RemoveRepeats">Keep only the best of equal contexts.</param>
/// <param name="Threads">Threads that share the neurons of a layer.</param>
internal sealed record CollectorShape(int Layers, int Neurons, int K, int TracedRanks, int TraceLength, int Blocks, bool RemoveRepeats, int Threads);

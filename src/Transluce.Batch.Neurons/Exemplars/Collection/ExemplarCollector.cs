using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>All layers of a shard. Fed with activations batch by batch and layer by layer; read once at the end.</summary>
internal sealed unsafe class ExemplarCollector
{
    private readonly LayerCollector[] layers;
    private readonly CollectorShape shape;
    private readonly Split split;
    private readonly int firstBlock;
    private long tokens;

    public ExemplarCollector(CollectorShape shape, Split split, int firstBlock)
    {
        (this.shape, this.split, this.firstBlock) = (shape, split, firstBlock);
        layers = [.. Enumerable.Range(0, shape.Layers).Select(_ => new LayerCollector(shape))];
    }

    /// <summary>Takes one layer's float32 activations, contiguous [row, position, neuron].</summary>
    public void Add(int layer, float* activations, SequenceBatch batch) => layers[layer].Add(activations, batch);

    /// <summary>The same in bfloat16.</summary>
    public void Add(int layer, ushort* activations, SequenceBatch batch) => layers[layer].Add(activations, batch);

    /// <summary>Ends a batch after its last layer.</summary>
    public void EndBatch(SequenceBatch batch) => tokens += batch.Eligible.Length;

    /// <summary>Ends a block.</summary>
    /// <param name="block">Its number in the split's grid.</param>
    public void EndBlock(int block)
    {
        foreach (var layer in layers)
        {
            layer.EndBlock(block - firstBlock);
        }
    }

    /// <summary>Candidates in key order.</summary>
    public IEnumerable<ExemplarCandidateRow> Candidates()
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            for (var neuron = 0; neuron < shape.Neurons; neuron++)
            {
                foreach (var polarity in (int[])[-1, 1])
                {
                    for (var rank = 0; rank < layers[layer].WindowCount(neuron, polarity); rank++)
                    {
                        yield return Candidate(layer, neuron, polarity, rank);
                    }
                }
            }
        }
    }

    /// <summary>Statistics in key order, one row a neuron.</summary>
    public IEnumerable<CollectedStatisticsRow> Statistics()
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            for (var neuron = 0; neuron < shape.Neurons; neuron++)
            {
                var collected = layers[layer].Read(neuron);
                yield return new CollectedStatisticsRow(
                    layer,
                    neuron,
                    split,
                    firstBlock,
                    tokens - collected.NotFiniteCount,
                    collected.NotFiniteCount,
                    collected.PositiveCount,
                    collected.Minimum,
                    collected.Maximum,
                    collected.BlockSums.ToArray(),
                    collected.BlockSquares.ToArray(),
                    collected.NegativeExponent,
                    collected.PositiveExponent,
                    PackedCounts.Pack(collected.Bins));
            }
        }
    }

    private ExemplarCandidateRow Candidate(int layer, int neuron, int polarity, int rank)
    {
        var window = layers[layer].Window(neuron, polarity, rank);
        var trace = new float[window.Trace.Length];
        for (var i = 0; i < trace.Length; i++)
        {
            trace[i] = (float)window.Trace.Span[i];
        }

        return new ExemplarCandidateRow(
            layer,
            neuron,
            polarity,
            split,
            rank,
            polarity * window.Magnitude,
            window.Position,
            window.SequenceId,
            window.TraceStart,
            trace,
            (long)(ulong)(window.Context >> 64),
            (long)(ulong)window.Context);
    }
}

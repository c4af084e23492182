using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>A neuron's statistics over a split, put together from its shards in block order.</summary>
internal sealed class NeuronStatistics(int layer, int neuron, Split split)
{
    private readonly MergedHistogram histogram = new();
    private readonly uint[] bins = new uint[HistogramBins.Bins];
    private int nextBlock;
    private long tokens;
    private long notFinite;
    private long positive;
    private double sum;
    private double squares;
    private float minimum = float.PositiveInfinity;
    private float maximum = float.NegativeInfinity;

    /// <exception cref="ArtifactException">Shards are missing, or their numbers contradict each other.</exception>
    public void Add(CollectedStatisticsRow row)
    {
        if (row.FirstBlock != nextBlock || row.BlockSums.Length != row.BlockSquares.Length)
        {
            throw new ArtifactException(
                $"Statistics of layer {layer}, neuron {neuron}, split {split} go on at block {row.FirstBlock}; expected block {nextBlock}. Delete the collect-exemplars artifact and run again.");
        }

        for (var block = 0; block < row.BlockSums.Length; block++)
        {
            sum += row.BlockSums[block];
            squares += row.BlockSquares[block];
        }

        PackedCounts.Unpack(row.Counts, bins);
        histogram.Add(bins, row.NegativeExponent, row.PositiveExponent);
        nextBlock += row.BlockSums.Length;
        tokens += row.TokenCount;
        notFinite += row.NotFiniteCount;
        positive += row.PositiveCount;
        minimum = Math.Min(minimum, row.Minimum);
        maximum = Math.Max(maximum, row.Maximum);
        if (histogram.Total != tokens)
        {
            throw new ArtifactException(
                $"The histogram of layer {layer}, neuron {neuron}, split {split} counts {histogram.Total} tokens where {tokens} were seen. Delete the collect-exemplars artifact and run again.");
        }
    }

    /// <summary>The finished row, without the part of the dead rule that looks at the other neurons of the layer.</summary>
    public NeuronStatisticsRow ToRow(IReadOnlyList<double> levels)
    {
        if (tokens == 0)
        {
            return new NeuronStatisticsRow(layer, neuron, split, 0, notFinite, 0, 0, 0, 0, 0, [.. levels], new float[levels.Count], Dead: true);
        }

        var mean = sum / tokens;
        return new NeuronStatisticsRow(
            layer,
            neuron,
            split,
            tokens,
            notFinite,
            mean,
            Math.Sqrt(Math.Max(0, (squares / tokens) - (mean * mean))),
            (double)positive / tokens,
            minimum,
            maximum,
            [.. levels],
            [.. levels.Select(level => histogram.Quantile(level, minimum, maximum))],
            Dead: minimum == maximum);
    }
}

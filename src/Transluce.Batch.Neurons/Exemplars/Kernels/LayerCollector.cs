namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>One layer's tiles and the threads that share them.</summary>
internal sealed unsafe class LayerCollector
{
    private readonly int neurons;
    private readonly ParallelOptions parallel;
    private readonly NeuronTile[] tiles;

    public LayerCollector(CollectorShape shape)
    {
        neurons = shape.Neurons;
        parallel = new ParallelOptions { MaxDegreeOfParallelism = shape.Threads };
        tiles = new NeuronTile[(neurons + TileKernel.Width - 1) / TileKernel.Width];
        for (var tile = 0; tile < tiles.Length; tile++)
        {
            tiles[tile] = new NeuronTile(shape, Math.Min(TileKernel.Width, neurons - (tile * TileKernel.Width)));
        }
    }

    /// <summary>Takes a batch's activations, contiguous [row, position, neuron].</summary>
    public void Add(float* activations, SequenceBatch batch)
        => Parallel.For(0, tiles.Length, parallel, tile => tiles[tile].Add(activations + (tile * TileKernel.Width), neurons, batch));

    /// <summary>The same for bfloat16.</summary>
    public void Add(ushort* activations, SequenceBatch batch)
        => Parallel.For(0, tiles.Length, parallel, tile => tiles[tile].Add(activations + (tile * TileKernel.Width), neurons, batch));

    public void EndBlock(int block)
    {
        foreach (var tile in tiles)
        {
            tile.EndBlock(block);
        }
    }

    public CollectedNeuron Read(int neuron) => tiles[neuron / TileKernel.Width].Read(neuron % TileKernel.Width);

    public int WindowCount(int neuron, int polarity) => tiles[neuron / TileKernel.Width].WindowCount(neuron % TileKernel.Width, polarity);

    public RankedWindow Window(int neuron, int polarity, int rank) => tiles[neuron / TileKernel.Width].Window(neuron % TileKernel.Width, polarity, rank);
}

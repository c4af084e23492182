using System.Buffers;
using System.Runtime.Intrinsics;

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
        => Parallel.For(0, tiles.Length, parallel, tile =>
        {
            if ((tile + 1) * TileKernel.Width <= neurons)
            {
                tiles[tile].Add(activations + (tile * TileKernel.Width), neurons, batch);
            }
            else
            {
                AddCopy(tile, batch, (row, lane) => activations[(row * neurons) + lane]);
            }
        });

    /// <summary>The same for bfloat16: the upper half of a float32's bits.</summary>
    public void Add(ushort* activations, SequenceBatch batch)
        => Parallel.For(0, tiles.Length, parallel, tile =>
        {
            if ((tile + 1) * TileKernel.Width > neurons)
            {
                AddCopy(tile, batch, (row, lane) => BitConverter.Int32BitsToSingle(activations[(row * neurons) + lane] << 16));
                return;
            }

            var rows = batch.Sequences.Count * batch.Length;
            var copy = ArrayPool<float>.Shared.Rent(rows * TileKernel.Width);
            fixed (float* tileCopy = copy)
            {
                for (var row = 0; row < rows; row++)
                {
                    var source = activations + (row * (nint)neurons) + (tile * TileKernel.Width);
                    for (var lane = 0; lane < TileKernel.Width; lane += Vector256<ushort>.Count)
                    {
                        var (lower, upper) = Vector256.Widen(Vector256.Load(source + lane));
                        (lower << 16).AsSingle().Store(tileCopy + (row * TileKernel.Width) + lane);
                        (upper << 16).AsSingle().Store(tileCopy + (row * TileKernel.Width) + lane + Vector256<uint>.Count);
                    }
                }

                tiles[tile].Add(tileCopy, TileKernel.Width, batch);
            }

            ArrayPool<float>.Shared.Return(copy);
        });

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

    /// <summary>A last tile of fewer than 64 neurons is copied beside zeros.</summary>
    private void AddCopy(int tile, SequenceBatch batch, Func<nint, int, float> value)
    {
        var first = tile * TileKernel.Width;
        var rows = batch.Sequences.Count * batch.Length;
        var copy = ArrayPool<float>.Shared.Rent(rows * TileKernel.Width);
        Array.Clear(copy, 0, rows * TileKernel.Width);
        for (var row = 0; row < rows; row++)
        {
            for (var lane = 0; lane < neurons - first; lane++)
            {
                copy[(row * TileKernel.Width) + lane] = value(row, first + lane);
            }
        }

        fixed (float* tileCopy = copy)
        {
            tiles[tile].Add(tileCopy, TileKernel.Width, batch);
        }

        ArrayPool<float>.Shared.Return(copy);
    }
}

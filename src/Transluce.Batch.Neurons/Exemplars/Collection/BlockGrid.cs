namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>
/// The fixed cut of a split's windows: batches of equal size, blocks of whole batches, shards of whole blocks. Batches and blocks do not
/// depend on the number of shards, so neither do the model's outputs nor the partial sums.
/// </summary>
public sealed record BlockGrid(int Sequences, int BatchSize, int Blocks)
{
    public int Batches => (int)(((long)Sequences + BatchSize - 1) / BatchSize);

    /// <summary>First batch of a block and the batch after its last; blocks are empty where there are fewer batches than blocks.</summary>
    public (int First, int End) BatchesOf(int block)
        => ((int)((long)Batches * block / Blocks), (int)((long)Batches * (block + 1) / Blocks));

    /// <summary>First block of a shard and the block after its last.</summary>
    public (int First, int End) BlocksOf(int shard, int shards)
        => ((int)((long)Blocks * shard / shards), (int)((long)Blocks * (shard + 1) / shards));

    /// <summary>First sequence of a shard and the sequence after its last.</summary>
    public (int First, int End) SequencesOf(int shard, int shards)
    {
        var (firstBlock, endBlock) = BlocksOf(shard, shards);
        var first = firstBlock < Blocks ? BatchesOf(firstBlock).First : Batches;
        var end = endBlock > firstBlock ? BatchesOf(endBlock - 1).End : first;
        return (Math.Min(Sequences, first * BatchSize), (int)Math.Min(Sequences, (long)end * BatchSize));
    }
}

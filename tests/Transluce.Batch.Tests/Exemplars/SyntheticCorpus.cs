using Transluce.Batch.Artifacts;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Tests.Exemplars;

/// <summary>Windows of few token ids, so that contexts repeat, and activations without a model: coarse, so that they tie; some are not finite.</summary>
internal sealed class SyntheticCorpus
{
    public const int SpecialId = 1;
    public const int Layers = 2;

    private readonly int seed;
    private readonly bool notFinite;

    public SyntheticCorpus(int seed, int sequences, int neurons, RankingMode mode, bool notFinite)
    {
        (this.seed, this.notFinite, Neurons) = (seed, notFinite, neurons);
        Rules = RankingRules.From(new ExemplarOptions { Mode = mode }, new HashSet<int> { SpecialId });
        Sequences = [.. Enumerable.Range(0, sequences).Select(MakeSequence)];
    }

    public int Neurons { get; }

    public RankingRules Rules { get; }

    public SequenceRow[] Sequences { get; }

    public float Activation(int layer, int sequence, int position, int neuron)
    {
        var hash = Hash(layer, sequence, position, neuron);
        if (neuron == 5)
        {
            return 0;
        }

        if (notFinite && hash % 97 == 0)
        {
            return (hash / 97 % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity };
        }

        // Every neuron has its own scale and offset; a handful of levels makes ties, rare spikes make the histogram coarsen.
        var scale = MathF.Pow(2, (neuron * 7 % 40) - 20) * 1.3f;
        var level = (int)(hash % 41) - 20 + (neuron % 9 * 2) - 8;
        return scale * level * (hash / 41 % 50 == 0 ? 64 : 1) / 8;
    }

    /// <summary>Collects the sequences of one shard through the same steps as the stage.</summary>
    public unsafe ExemplarCollector Collect(ExemplarOptions options, int shard, int shards, bool bfloat16 = false)
    {
        var grid = new BlockGrid(Sequences.Length, options.BatchSize, options.Blocks);
        var (firstBlock, endBlock) = grid.BlocksOf(shard, shards);
        var shape = new CollectorShape(Layers, Neurons, options.K, options.TracedRanks, Sequences.Max(s => s.TokenIds.Length), endBlock - firstBlock, Rules.RemoveRepeats, 2);
        var collector = new ExemplarCollector(shape, Split.Train, firstBlock);
        for (var block = firstBlock; block < endBlock; block++)
        {
            var (first, end) = grid.BatchesOf(block);
            for (var number = first; number < end; number++)
            {
                foreach (var batch in SequenceBatch.Partition(Sequences.Skip(number * options.BatchSize).Take(options.BatchSize), Rules))
                {
                    for (var layer = 0; layer < Layers; layer++)
                    {
                        var values = Fill(batch, layer);
                        fixed (float* pointer = values)
                        fixed (ushort* halves = values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray())
                        {
                            if (bfloat16)
                            {
                                collector.Add(layer, halves, batch);
                            }
                            else
                            {
                                collector.Add(layer, pointer, batch);
                            }
                        }
                    }

                    collector.EndBatch(batch);
                }
            }

            collector.EndBlock(block);
        }

        return collector;
    }

    private float[] Fill(SequenceBatch batch, int layer)
    {
        var values = new float[batch.Sequences.Count * batch.Length * Neurons];
        for (var row = 0; row < batch.Sequences.Count; row++)
        {
            for (var position = 0; position < batch.Length; position++)
            {
                for (var neuron = 0; neuron < Neurons; neuron++)
                {
                    // Padding holds large values: they must not count.
                    var padding = position + batch.Prefix.Length >= batch.Sequences[row].TokenIds.Length;
                    values[(((row * batch.Length) + position) * Neurons) + neuron] =
                        padding ? 1e30f : Activation(layer, batch.Sequences[row].SequenceId, position + batch.Prefix.Length, neuron);
                }
            }
        }

        return values;
    }

    private SequenceRow MakeSequence(int id)
    {
        var prefix = (Hash(9, id, 0, 0) % 4) switch { 0 => (int[])[], 1 => [7, 8], _ => [1, 7, 8] };
        var length = (int)(Hash(9, id, 1, 0) % 14);
        return new SequenceRow(Split.Train, id, "s", "d", prefix.Length, -1, [.. prefix, .. Enumerable.Range(0, length).Select(i => (int)(Hash(9, id, 2, i) % 3))]);
    }

    private uint Hash(int a, int b, int c, int d)
    {
        var hash = (ulong)(uint)seed * 0x9E3779B97F4A7C15;
        foreach (var part in (int[])[a, b, c, d])
        {
            hash = (hash ^ (uint)part) * 0xBF58476D1CE4E5B9;
            hash ^= hash >> 29;
        }

        return (uint)(hash >> 20);
    }
}

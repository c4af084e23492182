using CsCheck;
using Transluce.Batch.Neurons.Exemplars;

namespace Transluce.Batch.Tests.Exemplars;

public sealed class BlockGridTests
{
    [Fact]
    public void Shards_take_every_sequence_once_and_whole_batches_only()
        => Gen.Select(Gen.Int[0, 500], Gen.Int[1, 40], Gen.Int[1, 30], Gen.Int[1, 35]).Sample((sequences, batchSize, blocks, shards) =>
        {
            var grid = new BlockGrid(sequences, batchSize, blocks);
            var next = 0;
            for (var shard = 0; shard < shards; shard++)
            {
                var (first, end) = grid.SequencesOf(shard, shards);
                Assert.Equal(next, first);
                Assert.True(first % batchSize == 0 || first == sequences);
                next = end;
            }

            Assert.Equal(sequences, next);
        });
}

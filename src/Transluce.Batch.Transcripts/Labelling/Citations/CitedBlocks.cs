using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>The rendered text of a block that can be cited.</summary>
/// <param name="BlockId">The block.</param>
/// <param name="Text">See <see cref="BlockRendering"/>.</param>
public sealed record CitedBlock(string BlockId, string Text);

/// <summary>Blocks of the runs that texts of ours cite, read once. Memory: the blocks of those runs.</summary>
public sealed class CitedBlocks
{
    private readonly Dictionary<(string Run, int Transcript, int Block), CitedBlock> blocks = [];

    /// <summary>Reads the blocks of runs at given places.</summary>
    /// <param name="shard">A shard that has the partitions' ingest stages as inputs.</param>
    /// <param name="partitions">In order.</param>
    /// <param name="runs">Places of the runs wanted.</param>
    public static CitedBlocks Read(ShardContext shard, IReadOnlyList<SuitePartition> partitions, IEnumerable<(int Partition, int RunOrdinal)> runs)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(partitions);
        var read = new CitedBlocks();
        foreach (var group in runs.Distinct().GroupBy(run => run.Partition).OrderBy(group => group.Key))
        {
            var ingest = shard.Input(partitions[group.Key].Ingest);
            foreach (var (_, run) in group.Order())
            {
                var only = new KeyRange(nameof(BlockRow.RunOrdinal), run, run);
                var calls = ingest.Read<ToolCallRow>(only).ToLookup(call => (call.TranscriptOrdinal, call.BlockIndex));
                foreach (var block in ingest.Read<BlockRow>(only))
                {
                    read.Add(block, calls[(block.TranscriptOrdinal, block.BlockIndex)]);
                }
            }
        }

        return read;
    }

    /// <summary>Adds a block and the calls in it.</summary>
    public void Add(BlockRow block, IEnumerable<ToolCallRow> calls)
    {
        ArgumentNullException.ThrowIfNull(block);
        blocks[(block.AgentRunId, block.TranscriptOrdinal, block.BlockIndex)] = new CitedBlock(block.BlockId, BlockRendering.Render(block, calls));
    }

    public CitedBlock? Find(string run, int transcript, int block) => blocks.GetValueOrDefault((run, transcript, block));
}

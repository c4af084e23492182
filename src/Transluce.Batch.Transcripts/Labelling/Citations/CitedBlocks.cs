using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>The rendered text of a block that can be cited.</summary>
/// <param name="BlockId">The block.</param>
/// <param name="Text">See <see cref="BlockRendering"/>.</param>
public sealed record CitedBlock(string BlockId, string Text);

/// <summary>A run, transcript or block whose metadata can be cited.</summary>
/// <param name="Id">Its id.</param>
/// <param name="MetadataJson">Its metadata as JSON text, or null.</param>
public sealed record CitedMetadata(string Id, string? MetadataJson);

/// <summary>What texts of ours can cite of runs: their blocks, and the metadata of runs, transcripts and blocks; read once. Memory: the blocks of those runs.</summary>
public sealed class CitedBlocks
{
    private readonly Dictionary<(string Run, int Transcript, int Block), CitedBlock> blocks = [];

    // Transcript and block are -1 for a run, the block for a transcript.
    private readonly Dictionary<(string Run, int Transcript, int Block), CitedMetadata> metadata = [];

    /// <summary>Reads the blocks and metadata of runs at given places.</summary>
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
                foreach (var row in ingest.Read<AgentRunRow>(only))
                {
                    read.Add(row);
                }

                foreach (var row in ingest.Read<TranscriptRow>(only))
                {
                    read.Add(row);
                }

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
        var place = (block.AgentRunId, block.TranscriptOrdinal, block.BlockIndex);
        blocks[place] = new CitedBlock(block.BlockId, BlockRendering.Render(block, calls));
        metadata[place] = new CitedMetadata(block.BlockId, block.MetadataJson);
    }

    /// <summary>Adds a transcript; its blocks are added by themselves.</summary>
    public void Add(TranscriptRow transcript)
    {
        ArgumentNullException.ThrowIfNull(transcript);
        metadata[(transcript.AgentRunId, transcript.TranscriptOrdinal, -1)] = new CitedMetadata(transcript.TranscriptId, transcript.MetadataJson);
    }

    /// <summary>Adds a run; its transcripts are added by themselves.</summary>
    public void Add(AgentRunRow run)
    {
        ArgumentNullException.ThrowIfNull(run);
        metadata[(run.AgentRunId, -1, -1)] = new CitedMetadata(run.AgentRunId, run.MetadataJson);
    }

    public CitedBlock? Find(string run, int transcript, int block) => blocks.GetValueOrDefault((run, transcript, block));

    /// <summary>The run, transcript or block at a place: the transcript is -1 for the run itself, the block for the transcript itself.</summary>
    public CitedMetadata? FindMetadata(string run, int transcript, int block) => metadata.GetValueOrDefault((run, transcript, block));
}

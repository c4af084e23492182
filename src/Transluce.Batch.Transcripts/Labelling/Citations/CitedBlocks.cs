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

/// <summary>Consecutive blocks of a transcript.</summary>
/// <param name="Partition">The log.</param>
/// <param name="RunOrdinal">The run within it.</param>
/// <param name="TranscriptOrdinal">T.</param>
/// <param name="First">B of the first.</param>
/// <param name="Last">B of the last.</param>
public readonly record struct BlockRange(int Partition, int RunOrdinal, int TranscriptOrdinal, int First, int Last);

/// <summary>
/// What texts of ours can cite of runs: blocks, and the metadata of runs, transcripts and blocks. Blocks that were shown are read at once, others
/// of the same runs when a citation names them. Memory: the texts of these blocks, however long the runs are.
/// </summary>
public sealed class CitedBlocks
{
    private readonly Dictionary<(string Run, int Transcript, int Block), CitedBlock?> blocks = [];
    private readonly Dictionary<string, (int Partition, int RunOrdinal)> places = new(StringComparer.Ordinal);
    private readonly HashSet<BlockRange> ranges = [];
    private readonly HashSet<(int Partition, int RunOrdinal)> runs = [];
    private readonly ShardContext? shard;
    private readonly IReadOnlyList<SuitePartition> partitions;

    // Transcript and block are -1 for a run, the block for a transcript.
    private readonly Dictionary<(string Run, int Transcript, int Block), CitedMetadata> metadata = [];

    /// <summary>None yet; <see cref="Add(BlockRow, IEnumerable{ToolCallRow})"/> gives some.</summary>
    public CitedBlocks()
        : this(null, [])
    {
    }

    private CitedBlocks(ShardContext? shard, IReadOnlyList<SuitePartition> partitions) => (this.shard, this.partitions) = (shard, partitions);

    /// <summary>Reads blocks, and the metadata of their runs.</summary>
    /// <param name="shard">A shard that has the partitions' ingest stages as inputs.</param>
    /// <param name="partitions">In order.</param>
    /// <param name="shown">Which blocks.</param>
    public static CitedBlocks Read(ShardContext shard, IReadOnlyList<SuitePartition> partitions, IEnumerable<BlockRange> shown)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(partitions);
        var read = new CitedBlocks(shard, partitions);
        foreach (var range in Joined(shown))
        {
            read.Load(range);
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

    /// <summary>A block, or null where there is none.</summary>
    public CitedBlock? Find(string run, int transcript, int block)
    {
        if (blocks.TryGetValue((run, transcript, block), out var found) || !places.TryGetValue(run, out var place))
        {
            return found;
        }

        if (!ranges.Any(range => (range.Partition, range.RunOrdinal, range.TranscriptOrdinal) == (place.Partition, place.RunOrdinal, transcript) && range.First <= block && block <= range.Last))
        {
            Load(new BlockRange(place.Partition, place.RunOrdinal, transcript, block, block));
        }

        return blocks.GetValueOrDefault((run, transcript, block));
    }

    /// <summary>The run, transcript or block at a place: the transcript is -1 for the run itself, the block for the transcript itself.</summary>
    public CitedMetadata? FindMetadata(string run, int transcript, int block)
    {
        if (block >= 0)
        {
            Find(run, transcript, block);
        }

        return metadata.GetValueOrDefault((run, transcript, block));
    }

    private void Load(BlockRange range)
    {
        ranges.Add(range);
        var ingest = shard!.Input(partitions[range.Partition].Ingest);
        if (runs.Add((range.Partition, range.RunOrdinal)))
        {
            var whole = new KeyRange(nameof(BlockRow.RunOrdinal), range.RunOrdinal, range.RunOrdinal);
            foreach (var row in ingest.Read<AgentRunRow>(whole))
            {
                Add(row);
            }

            foreach (var row in ingest.Read<TranscriptRow>(whole))
            {
                Add(row);
            }
        }

        KeyRange[] only =
        [
            new(nameof(BlockRow.RunOrdinal), range.RunOrdinal, range.RunOrdinal),
            new(nameof(BlockRow.TranscriptOrdinal), range.TranscriptOrdinal, range.TranscriptOrdinal),
            new(nameof(BlockRow.BlockIndex), range.First, range.Last),
        ];
        var calls = ingest.Read<ToolCallRow>(only).ToLookup(call => call.BlockIndex);
        foreach (var block in ingest.Read<BlockRow>(only))
        {
            places[block.AgentRunId] = (range.Partition, range.RunOrdinal);
            Add(block, calls[block.BlockIndex]);
        }
    }

    /// <summary>The same blocks in as few ranges as may be.</summary>
    private static IEnumerable<BlockRange> Joined(IEnumerable<BlockRange> ranges)
    {
        BlockRange? open = null;
        foreach (var range in ranges.OrderBy(r => r.Partition).ThenBy(r => r.RunOrdinal).ThenBy(r => r.TranscriptOrdinal).ThenBy(r => r.First))
        {
            if (open is { } before && (before.Partition, before.RunOrdinal, before.TranscriptOrdinal) == (range.Partition, range.RunOrdinal, range.TranscriptOrdinal) && range.First <= before.Last + 1)
            {
                open = before with { Last = Math.Max(before.Last, range.Last) };
                continue;
            }

            if (open is { } done)
            {
                yield return done;
            }

            open = range;
        }

        if (open is { } last)
        {
            yield return last;
        }
    }
}

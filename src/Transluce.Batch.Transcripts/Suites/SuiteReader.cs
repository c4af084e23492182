using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Calls;
using Transluce.Batch.Transcripts.Resolving;

namespace Transluce.Batch.Transcripts.Suites;

/// <summary>Reads what a suite says, log by log and run by run: only the copy of each sample that counts, and of its chunks only what the agent said and got back.</summary>
public sealed class SuiteReader
{
    private readonly ShardContext shard;
    private readonly IReadOnlyList<SuitePartition> partitions;
    private readonly HashSet<(int Partition, int Run)> picked;

    public SuiteReader(ShardContext shard, IReadOnlyList<SuitePartition> partitions, Stage resolve)
    {
        ArgumentNullException.ThrowIfNull(shard);
        (this.shard, this.partitions) = (shard, SuitePartition.InOrder(partitions));
        picked = [.. shard.Input(resolve).Read<SampleProvenanceRow>().Where(row => row.Picked).Select(row => (row.Partition, row.RunOrdinal))];
    }

    /// <summary>What a stage must have among its inputs to read a suite.</summary>
    public static IReadOnlyList<StageInput> Inputs(IReadOnlyList<SuitePartition> partitions, Stage resolve)
        => [.. SuitePartition.InOrder(partitions).SelectMany(p => (StageInput[])[new(p.Ingest), new(p.Chunk), new(p.Embed)]), new(resolve)];

    /// <summary>Every run with its calls and chunks; one run is held at a time.</summary>
    public IEnumerable<SuiteRun> Runs()
    {
        for (var partition = 0; partition < partitions.Count; partition++)
        {
            var ingest = shard.Input(partitions[partition].Ingest);
            using var blocks = new RunCursor<BlockRow>(ingest.Read<BlockRow>(), row => row.RunOrdinal);
            using var calls = new RunCursor<ToolCallRow>(ingest.Read<ToolCallRow>(), row => row.RunOrdinal);
            using var spans = new RunCursor<ChunkSpanRow>(shard.Input(partitions[partition].Chunk).Read<ChunkSpanRow>(), row => row.RunOrdinal);
            using var chunks = new RunCursor<SuiteChunk>(Chunks(partition), chunk => chunk.Row.RunOrdinal);
            foreach (var run in ingest.Read<AgentRunRow>())
            {
                if (picked.Contains((partition, run.RunOrdinal)))
                {
                    var ids = new Dictionary<(int Transcript, int Block), string>();
                    var facts = Facts(blocks.Take(run.RunOrdinal).Select(block => Noted(block, ids)), [.. calls.Take(run.RunOrdinal)]);
                    yield return new SuiteRun(run, facts, Placed(chunks.Take(run.RunOrdinal), spans.Take(run.RunOrdinal)), ids);
                }
            }
        }
    }

    /// <summary>Every chunk that <see cref="Runs"/> gives, in the same order, without a look at the blocks.</summary>
    public IEnumerable<SuiteChunk> Chunks() => Enumerable.Range(0, partitions.Count).SelectMany(Chunks);

    private IEnumerable<SuiteChunk> Chunks(int partition)
    {
        using var vectors = shard.Input(partitions[partition].Embed).Read<EmbeddingRow>().GetEnumerator();
        foreach (var chunk in shard.Input(partitions[partition].Chunk).Read<ChunkRow>())
        {
            if (!vectors.MoveNext() || vectors.Current.ChunkId != chunk.ChunkId)
            {
                throw new ArtifactException(
                    $"Chunk '{chunk.ChunkId}' (run {chunk.RunOrdinal}, chunk {chunk.ChunkIndex}) of partition {partition} has no row in embeddings at its place; "
                    + "expected one for every chunk, in the same order. The two artifacts do not belong together: run 'artifacts verify'.");
            }

            if (chunk.Kind is "turn" or "tool" && picked.Contains((partition, chunk.RunOrdinal)))
            {
                yield return new SuiteChunk(chunk, vectors.Current.Vector, BlockIndex: chunk.StartBlock, Start: 0, Length: 0);
            }
        }
    }

    private static BlockRow Noted(BlockRow block, Dictionary<(int Transcript, int Block), string> ids)
    {
        ids[(block.TranscriptOrdinal, block.BlockIndex)] = block.BlockId;
        return block;
    }

    private static List<CallFact> Facts(IEnumerable<BlockRow> blocks, IReadOnlyList<ToolCallRow> calls)
    {
        var byTranscript = calls.ToLookup(call => call.TranscriptOrdinal);
        var facts = new List<CallFact>();
        foreach (var transcript in Consecutive(blocks, block => block.TranscriptOrdinal))
        {
            var ordinal = transcript.Key;
            facts.AddRange(CallFacts.Of(transcript.Rows, byTranscript[ordinal]));
        }

        return facts;
    }

    /// <summary>Sets each chunk's place: where its first words stand in their block.</summary>
    private static List<SuiteChunk> Placed(IEnumerable<SuiteChunk> chunks, IEnumerable<ChunkSpanRow> spans)
    {
        var first = new Dictionary<(int Transcript, int Chunk), ChunkSpanRow>();
        foreach (var span in spans.Where(span => span.Field == "text" && span.Length > 0))
        {
            first.TryAdd((span.TranscriptOrdinal, span.ChunkIndex), span);
        }

        return [.. chunks.Select(chunk => first.TryGetValue((chunk.Row.TranscriptOrdinal, chunk.Row.ChunkIndex), out var span)
            ? chunk with { BlockIndex = span.BlockIndex, Start = span.Start, Length = span.Length }
            : chunk)];
    }

    /// <summary>Groups sorted rows without holding them: a group must be read before the next is asked for.</summary>
    private static IEnumerable<(int Key, IEnumerable<TRow> Rows)> Consecutive<TRow>(IEnumerable<TRow> rows, Func<TRow, int> keyOf)
    {
        using var all = rows.GetEnumerator();
        var more = all.MoveNext();
        while (more)
        {
            var key = keyOf(all.Current);
            yield return (key, Group(key));
        }

        IEnumerable<TRow> Group(int key)
        {
            while (more && keyOf(all.Current) == key)
            {
                yield return all.Current;
                more = all.MoveNext();
            }
        }
    }
}

/// <summary>A run of a suite, and the ids of its blocks by their places.</summary>
public sealed record SuiteRun(
    AgentRunRow Row, IReadOnlyList<CallFact> Calls, IReadOnlyList<SuiteChunk> Chunks, IReadOnlyDictionary<(int Transcript, int Block), string> BlockIds);

/// <summary>A chunk, its vector, and where its first words stand: block, offset and length in the block's text.</summary>
public sealed record SuiteChunk(ChunkRow Row, float[] Vector, int BlockIndex, int Start, int Length);

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>Cuts the transcripts of one log into passages that are embedded and clustered by themselves.</summary>
/// <param name="ingest">The log's partition: writes blocks, tool calls and large texts.</param>
/// <param name="options">What goes into a chunk.</param>
public sealed class ChunkStage(Stage ingest, ChunkOptions options) : Stage
{
    public override string Name => "chunk";

    public override string? Partition => ingest.Partition;

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(ChunkRow), typeof(ChunkSpanRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(ingest)];

    public override JsonObject Options => options.ToJson();

    /// <summary>One: a log is the unit that comes and goes.</summary>
    public override int ShardCount => 1;

    public override StageEstimate Estimate() => SuiteEstimate.OfChunks(ingest);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var input = shard.Input(ingest);
        var ends = LargeTextEnds.Read(input.Read<LargeTextRow>(), options.KeepTail);
        using var calls = new CallCursor(options.Calls ? input.Read<ToolCallRow>() : []);
        var chunks = new TurnChunks(options, $"{Version} {CanonicalJson.Hash(options.ToJson())}");
        Turn? turn = null;
        var index = 0;
        foreach (var block in input.Read<BlockRow>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (turn is null || !turn.Takes(block))
            {
                index = Finish(turn, index);
                index = turn is not null && SameTranscript(turn.First, block) ? index : 0;

                // A turn cut short by its length goes on as what it was.
                var kind = turn is not null && Turn.KindOf(block) == Turn.ToolKind && turn.Kind is Turn.AssistantKind && SameTranscript(turn.First, block)
                    ? Turn.AssistantKind
                    : Turn.KindOf(block);
                turn = new Turn(options, kind, block);
            }

            turn.Add(block, calls.Take(block), ends);
            shard.Count("blocks", 1);
        }

        Finish(turn, index);

        int Finish(Turn? finished, int next)
        {
            foreach (var (chunk, spans) in finished is null ? [] : chunks.Of(finished, next))
            {
                shard.Table<ChunkRow>().Write(chunk);
                foreach (var span in spans)
                {
                    shard.Table<ChunkSpanRow>().Write(span);
                }

                shard.Count("chunks", 1);
                shard.Count("elided", chunk.Elided ? 1 : 0);
                next++;
            }

            return next;
        }
    }

    private static bool SameTranscript(BlockRow one, BlockRow other)
        => (one.RunOrdinal, one.TranscriptOrdinal) == (other.RunOrdinal, other.TranscriptOrdinal);
}

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Chunking;

/// <summary>Stands in for ingest: writes the blocks, calls and long texts it was given.</summary>
internal sealed class GivenBlocksStage(IReadOnlyList<BlockRow> blocks, IReadOnlyList<ToolCallRow> calls, IReadOnlyList<LargeTextRow> large) : Stage
{
    public override string Name => "ingest";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(BlockRow), typeof(ToolCallRow), typeof(LargeTextRow)];

    public override JsonObject Options => new() { ["blocks"] = blocks.Count };

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(0, 0, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        foreach (var block in blocks)
        {
            shard.Table<BlockRow>().Write(block);
        }

        foreach (var call in calls)
        {
            shard.Table<ToolCallRow>().Write(call);
        }

        foreach (var text in large)
        {
            shard.Table<LargeTextRow>().Write(text);
        }
    }
}

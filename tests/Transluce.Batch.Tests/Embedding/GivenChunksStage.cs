using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Embedding;

/// <summary>Stands in for the chunk stage: one chunk for every text it was given.</summary>
internal sealed class GivenChunksStage(IReadOnlyList<string> texts) : Stage
{
    public override string Name => "chunk";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ChunkRow)];

    public override JsonObject Options => new() { ["texts"] = new JsonArray([.. texts.Select(t => JsonValue.Create(t))]) };

    public override int ShardCount => 1;

    public static IReadOnlyList<ChunkRow> Rows(IReadOnlyList<string> texts) => [.. texts.Select((text, index) => new ChunkRow(
        0, 0, index, $"chunk-{index}", "transcript", "run", "turn", index, index, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), false))];

    public override StageEstimate Estimate() => new(0, 0, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        foreach (var row in Rows(texts))
        {
            shard.Table<ChunkRow>().Write(row);
        }
    }
}

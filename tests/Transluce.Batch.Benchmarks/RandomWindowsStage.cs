using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Benchmarks;

/// <summary>A corpus of any size without text: windows of random token ids, all in Train.</summary>
internal sealed class RandomWindowsStage(int windows, int tokens, int vocabulary) : Stage
{
    public override string Name => "random-windows";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(SequenceRow)];

    public override JsonObject Options => new() { ["windows"] = windows, ["tokens"] = tokens };

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(0, 0, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        for (var id = 0; id < windows; id++)
        {
            shard.Table<SequenceRow>().Write(new SequenceRow(Split.Train, id, "random", "", 0, -1, [.. Enumerable.Range(0, tokens).Select(_ => random.Next(vocabulary))]));
        }
    }
}

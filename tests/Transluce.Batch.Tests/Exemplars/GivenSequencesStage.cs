using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Exemplars;

/// <summary>Stands in for the corpus stage: writes the sequences it was given.</summary>
internal sealed class GivenSequencesStage(IReadOnlyList<SequenceRow> rows) : Stage
{
    public override string Name => "tokenize-corpus";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(SequenceRow)];

    public override JsonObject Options => new() { ["ids"] = string.Join(' ', rows.SelectMany(row => row.TokenIds)) };

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(0, 0, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        foreach (var row in rows.OrderBy(row => row.Split).ThenBy(row => row.SequenceId))
        {
            shard.Table<SequenceRow>().Write(row);
        }
    }
}

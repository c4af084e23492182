using System.Text.Json;
using System.Text.Json.Nodes;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Clustering;

/// <summary>Stands in for an earlier stage: writes the rows it was given.</summary>
internal sealed class GivenRowsStage(string name, params GivenRowsStage.Table[] tables) : Stage
{
    public override string Name => name;

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [.. tables.Select(table => table.Type)];

    public override JsonObject Options => new() { ["tables"] = new JsonArray([.. tables.Select(table => table.Json)]) };

    public override int ShardCount => 1;

    public static Table Rows<TRow>(IReadOnlyList<TRow> rows)
        where TRow : class
        => new(typeof(TRow), JsonValue.Create(JsonSerializer.Serialize(rows)), shard =>
        {
            var writer = shard.Table<TRow>();
            foreach (var row in rows)
            {
                writer.Write(row);
            }
        });

    public override StageEstimate Estimate() => new(0, 0, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        foreach (var table in tables)
        {
            table.Write(shard);
        }
    }

    internal sealed record Table(Type Type, JsonNode? Json, Action<ShardContext> Write);
}

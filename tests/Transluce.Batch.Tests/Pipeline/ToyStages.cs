using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Pipeline;

[Table("toy_numbers", 1)]
public sealed record ToyNumberRow([property: Key] int Number, string Text);

[Table("toy_notes", 1)]
public sealed record ToyNoteRow([property: Key] int Number, string Note);

[Table("toy_sums", 1)]
public sealed record ToySumRow([property: Key] int Digit, long Sum);

[Table("toy_reports", 1)]
public sealed record ToyReportRow([property: Key] int Digit, string Text);

/// <summary>Writes numbers, cut into shards; remembers what ran.</summary>
internal sealed class NumbersStage(int numbers, int shards) : Stage
{
    public List<int> Ran { get; } = [];

    public Action<int>? BeforeShard { get; init; }

    public string Suffix { get; init; } = "";

    public string Dtype { get; init; } = "float32";

    public bool Exclusive { get; init; }

    public override bool UsesAllCores => Exclusive;

    public override string Name => "write-numbers";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ToyNumberRow), typeof(ToyNoteRow)];

    public override JsonObject Options => new() { ["numbers"] = numbers };

    public override IReadOnlyDictionary<string, string> Fingerprints => new Dictionary<string, string> { ["corpus.txt"] = new string('a', 64) };

    public override JsonObject? Numerics => new() { ["dtype"] = Dtype, ["threads"] = 2 };

    public override int ShardCount => shards;

    public override StageEstimate Estimate() => new(numbers, numbers * 8L, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        lock (Ran)
        {
            Ran.Add(shard.Shard);
        }

        BeforeShard?.Invoke(shard.Shard);
        var first = numbers * shard.Shard / shard.ShardCount;
        var end = numbers * (shard.Shard + 1) / shard.ShardCount;
        for (var number = first; number < end; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            shard.Table<ToyNumberRow>().Write(new ToyNumberRow(number, $"number {number}{Suffix}"));
            shard.Progress(number - first + 1, end - first, "numbers");
        }

        if (shard.Shard == 0)
        {
            shard.Table<ToyNoteRow>().Write(new ToyNoteRow(0, "zero is even"));
            shard.Warn("zero is special");
        }

        shard.Count("numbers", end - first);
        shard.Measure("seconds_of_thought", 0.5);
    }
}

/// <summary>Merges the numbers exactly, so their sharding does not matter.</summary>
internal sealed class SumsStage(NumbersStage numbers) : Stage
{
    public override string Name => "sum-digits";

    public override int Version => 2;

    public override IReadOnlyList<Type> Tables => [typeof(ToySumRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(numbers, IgnoresSharding: true)];

    public override JsonObject Options => [];

    public override int ShardCount => 1;

    public override bool UsesAllCores => true;

    public override StageEstimate Estimate() => new(0, 100, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        var rows = shard.Input(numbers).Read<ToyNumberRow>();
        foreach (var digit in rows.GroupBy(r => r.Number % 10).OrderBy(g => g.Key))
        {
            shard.Table<ToySumRow>().Write(new ToySumRow(digit.Key, digit.Sum(r => (long)r.Number)));
        }
    }
}

/// <summary>Reads the sums; its key follows theirs.</summary>
internal sealed class ReportStage(SumsStage sums) : Stage
{
    public override string Name => "report";

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => [typeof(ToyReportRow)];

    public override IReadOnlyList<StageInput> Inputs => [new(sums)];

    public override JsonObject Options => new() { ["style"] = "plain" };

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(0, 100, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
    {
        foreach (var row in shard.Input(sums).Read<ToySumRow>())
        {
            shard.Table<ToyReportRow>().Write(new ToyReportRow(row.Digit, $"{row.Digit}: {row.Sum}"));
        }
    }
}

/// <summary>A stage with nothing but edges, for graph checks.</summary>
internal sealed class EdgeStage(string name, params Type[] tables) : Stage
{
    public List<Stage> Needs { get; } = [];

    public override string Name => name;

    public override int Version => 1;

    public override IReadOnlyList<Type> Tables => tables;

    public override IReadOnlyList<StageInput> Inputs => [.. Needs.Select(n => new StageInput(n))];

    public override JsonObject Options => [];

    public override int ShardCount => 1;

    public override StageEstimate Estimate() => new(0, 0, 0);

    public override void RunShard(ShardContext shard, CancellationToken cancellationToken) { }
}

using System.Collections;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Pipeline;

/// <summary>A suite has some stages for every file, and stages that read them all: looking one of them up must not mean to go through all.</summary>
public sealed class ManyStagesTests
{
    [Fact]
    public void Four_thousand_partitions_and_a_stage_that_reads_them_are_planned_and_found()
    {
        Stage[] parts = [.. Enumerable.Range(0, 4_000).Select(file => new PartStage(file))];
        var whole = new WholeStage(parts);
        var graph = new PipelineGraph([.. parts, whole]);

        var plan = RunPlan.Create("many", [], graph, new FixedClock());

        Assert.All(parts, part => Assert.Equal(part.Partition, plan[part.Id].Partition));
        Assert.Equal(parts.Select(part => part.Id), plan["whole"].Recipe.Inputs.Select(input => plan.Of(input).Id));
        PlanCheck.Require(plan, graph);
    }

    [Fact]
    public void The_stages_of_a_plan_are_gone_through_once_for_all_look_ups()
    {
        var plan = ToyJob.Plan(new NumbersStage(10, 1));
        var stages = new CountedList(plan.Stages);
        plan = plan with { Stages = stages };

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("sum-digits", plan["sum-digits"].Stage);
            Assert.Equal("write-numbers", plan.Of(plan["sum-digits"].Recipe.Inputs[0]).Stage);
        }

        // Once by name, once by key.
        Assert.Equal(2, stages.Enumerations);
    }

    [Fact]
    public void Another_list_of_stages_is_looked_up_anew_and_an_unknown_stage_is_named()
    {
        var plan = ToyJob.Plan(new NumbersStage(10, 1));
        Assert.Equal("report", plan["report"].Stage);

        var shorter = plan with { Stages = [plan.Stages[0]] };

        Assert.Equal(plan, plan with { });
        Assert.NotEqual(plan, shorter);
        Assert.Contains("has no stage 'report'; its stages are write-numbers.", Assert.Throws<PipelineException>(() => shorter["report"]).Message, StringComparison.Ordinal);
        Assert.Contains("has no stage that makes 'sum-digits/none'", Assert.Throws<PipelineException>(() => plan.Of(new RecipeInput("sum-digits", "none", false))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_asks_its_stage_for_its_inputs_once_however_often_it_reads_them()
    {
        using var folder = new TemporaryFolder();
        using var store = new FileSystemStore(folder.Path);
        Stage[] parts = [.. Enumerable.Range(0, 4).Select(file => new PartStage(file))];
        int few = Asked(1), many = Asked(1_000);

        Assert.Equal(few, many);

        int Asked(int reads)
        {
            var whole = new WholeStage(parts) { Reads = reads };
            var graph = new PipelineGraph([.. parts, whole]);
            var record = new InProcessExecutor(store, graph, RunPlan.Create("many", [], graph, new FixedClock(reads % 60)), 1, new SilentObserver(), new FixedClock()).Run(CancellationToken.None);
            Assert.Equal(RunStatus.Succeeded, record.Status);
            return whole.Asked;
        }
    }

    [Fact]
    public void Events_of_many_shards_go_to_several_files_and_none_is_lost()
    {
        using var folder = new TemporaryFolder();
        using var store = new FileSystemStore(folder.Path);
        var events = new EventLog(store, "run", new FixedClock());

        for (var shard = 0; shard < 600; shard++)
        {
            events.Add("stage", shard, "started");
        }

        var files = store.List("runs/run").Select(path => File.ReadAllLines(Path.Combine(folder.Path, path))).OrderBy(lines => Shard(lines[0])).ToArray();
        Assert.Equal([256, 256, 88], files.Select(lines => lines.Length));
        Assert.Equal(Enumerable.Range(0, 600), files.SelectMany(lines => lines).Select(Shard));

        static int Shard(string line) => JsonNode.Parse(line)!["shard"]!.GetValue<int>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void The_longer_a_record_takes_to_write_the_less_often_it_is_written(int seconds)
    {
        using var folder = new TemporaryFolder();
        using var files = new FileSystemStore(folder.Path);
        var clock = new SteppedClock();
        var written = 0;
        var store = new WatchedStore(files, path =>
        {
            if (path.EndsWith("run.json", StringComparison.Ordinal))
            {
                written++;
                clock.Advance(seconds);
            }
        });
        var graph = new PipelineGraph([.. Enumerable.Range(0, 200).Select(file => new PartStage(file) { BeforeShard = () => clock.Advance(2) })]);

        var record = new InProcessExecutor(store, graph, RunPlan.Create("many", [], graph, clock), 1, new SilentObserver(), clock).Run(CancellationToken.None);

        Assert.Equal(RunStatus.Succeeded, record.Status);
        // 400 seconds of work: each shard's end or, of those that take ten seconds, the first, the last and every 200 seconds.
        Assert.InRange(written, seconds == 0 ? 200 : 3, seconds == 0 ? 210 : 6);
        Assert.All(RunRecord.Load(files, record.RunId).Stages, stage => Assert.Equal(StageStatus.Done, stage.Status));
    }

    private sealed class PartStage(int file) : Stage
    {
        public Action? BeforeShard { get; init; }

        public override string Name => "part";

        public override string Partition { get; } = CanonicalJson.Hash(JsonValue.Create(file));

        public override int Version => 1;

        public override IReadOnlyList<Type> Tables => [typeof(ToyNumberRow)];

        public override JsonObject Options => [];

        public override IReadOnlyDictionary<string, string> Fingerprints => new Dictionary<string, string> { ["file"] = Partition };

        public override int ShardCount => 1;

        public override StageEstimate Estimate() => new(0, 0, 0);

        public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
        {
            BeforeShard?.Invoke();
            shard.Table<ToyNumberRow>().Write(new ToyNumberRow(file, ""));
        }
    }

    private sealed class WholeStage(IReadOnlyList<Stage> parts) : Stage
    {
        private readonly IReadOnlyList<StageInput> inputs = [.. parts.Select(part => new StageInput(part))];

        public int Asked { get; private set; }

        public int Reads { get; init; }

        public override string Name => "whole";

        public override int Version => 1;

        public override IReadOnlyList<Type> Tables => [typeof(ToySumRow)];

        public override IReadOnlyList<StageInput> Inputs
        {
            get
            {
                Asked++;
                return inputs;
            }
        }

        public override JsonObject Options => new() { ["reads"] = Reads };

        public override int ShardCount => 1;

        public override StageEstimate Estimate() => new(0, 0, 0);

        public override void RunShard(ShardContext shard, CancellationToken cancellationToken)
        {
            for (var i = 0; i < Reads; i++)
            {
                shard.Input(parts[i % parts.Count]);
            }
        }
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long seconds = 1_000_000_000;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(seconds);

        public void Advance(int by) => seconds += by;
    }

    private sealed class WatchedStore(IObjectStore inner, Action<string> replaced) : IObjectStore
    {
        public string Location => inner.Location;

        public bool Exists(string path) => inner.Exists(path);

        public long? Length(string path) => inner.Length(path);

        public Stream OpenRead(string path) => inner.OpenRead(path);

        public bool PutIfAbsent(string path, string localFile) => inner.PutIfAbsent(path, localFile);

        public bool PutIfAbsent(string path, ReadOnlySpan<byte> content) => inner.PutIfAbsent(path, content);

        public void Replace(string path, ReadOnlySpan<byte> content)
        {
            inner.Replace(path, content);
            replaced(path);
        }

        public IReadOnlyList<string> List(string folder) => inner.List(folder);

        public string CreateScratchFolder() => inner.CreateScratchFolder();
    }

    private sealed class CountedList(IReadOnlyList<PlannedStage> stages) : IReadOnlyList<PlannedStage>
    {
        public int Enumerations { get; private set; }

        public int Count => stages.Count;

        public PlannedStage this[int index] => stages[index];

        public IEnumerator<PlannedStage> GetEnumerator()
        {
            Enumerations++;
            return stages.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

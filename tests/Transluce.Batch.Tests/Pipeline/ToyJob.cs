using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Pipeline;

/// <summary>The toy stages as a job with a store of its own.</summary>
internal sealed class ToyJob : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ToyJob() => Store = new FileSystemStore(Folder);

    public string Folder => folder.File("store");

    public FileSystemStore Store { get; }

    public static IReadOnlyList<Stage> Stages(NumbersStage numbers)
    {
        var sums = new SumsStage(numbers);
        return [new ReportStage(sums), sums, numbers];
    }

    public static RunPlan Plan(NumbersStage numbers, int second = 0)
        => RunPlan.Create("toy", new JsonObject { ["numbers"] = 100 }, new PipelineGraph(Stages(numbers)), new FixedClock(second));

    public RunRecord Run(NumbersStage numbers, RunObserver? observer = null, int parallelism = 4, int second = 0, CancellationToken cancellationToken = default)
    {
        var graph = new PipelineGraph(Stages(numbers));
        var plan = RunPlan.Create("toy", new JsonObject { ["numbers"] = 100 }, graph, new FixedClock(second));
        return new InProcessExecutor(Store, graph, plan, parallelism, observer ?? new SilentObserver(), new FixedClock(second)).Run(cancellationToken);
    }

    /// <summary>Path → SHA-256 of every artifact file.</summary>
    public IReadOnlyDictionary<string, string> Files()
        => Store.List("artifacts").ToDictionary(p => p, p => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, p)))));

    public void Dispose()
    {
        Store.Dispose();
        folder.Dispose();
    }
}

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(int second = 0) : TimeProvider
{
    public override long TimestampFrequency => 1;

    public override DateTimeOffset GetUtcNow() => new(2030, 1, 2, 3, 4, second, TimeSpan.Zero);

    public override long GetTimestamp() => 0;
}

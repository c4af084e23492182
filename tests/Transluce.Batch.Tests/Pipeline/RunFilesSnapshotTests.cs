using System.Text;
using System.Text.RegularExpressions;
using Snapshooter.Xunit3;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Tests.Pipeline;

/// <summary>The JSON files of a store are read by other programs: their form changes only on purpose.</summary>
public sealed partial class RunFilesSnapshotTests
{
    [Fact]
    public void Plan() => Match(plan => ArtifactPaths.Plan(plan.RunId));

    [Fact]
    public void Manifest() => Match(plan => ArtifactPaths.Manifest("write-numbers", plan["write-numbers"].Key));

    [Fact]
    public void Completion_record() => Match(plan => ArtifactPaths.Completion("write-numbers", plan["write-numbers"].Key, 0));

    [Fact]
    public void Run_record() => Match(plan => ArtifactPaths.RunRecord(plan.RunId));

    [Fact]
    public void Events()
    {
        using var job = new ToyJob();
        var record = job.Run(new NumbersStage(20, 2), parallelism: 1);

        var path = Assert.Single(job.Store.List($"runs/{record.RunId}"), p => p.EndsWith(".jsonl", StringComparison.Ordinal));
        Snapshot.Match(Read(job.Store, path), "RunFiles_events");
    }

    private static void Match(Func<RunPlan, string> path, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        using var job = new ToyJob();
        var record = job.Run(new NumbersStage(20, 2), parallelism: 1);

        Snapshot.Match(Read(job.Store, path(RunPlan.Load(job.Store, record.RunId))), "RunFiles_" + name.ToLowerInvariant());
    }

    private static string Read(FileSystemStore store, string path)
    {
        using var stream = store.OpenRead(path);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return ProcessPattern().Replace(reader.ReadToEnd(), "\"process\": \"host-1\"");
    }

    [GeneratedRegex("\"process\": \"[^\"]*\"")]
    private static partial Regex ProcessPattern();
}

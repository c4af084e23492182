using System.Security.Cryptography;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts.Ingestion;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>The stage as the pipeline runs it.</summary>
public sealed class IngestStageTests
{
    [Fact]
    public void A_log_that_changed_since_it_was_planned_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log.json");
        File.WriteAllText(path, """{"version":2,"eval":{},"samples":[]}""");
        var planned = HashedFile.Of(path, TimeProvider.System);
        File.AppendAllText(path, " ");
        using var store = new FileSystemStore(folder.File("store"));
        var graph = new PipelineGraph([new IngestStage(planned, new IngestLimits(), TimeProvider.System)]);
        var record = new InProcessExecutor(store, graph, RunPlan.Create("ingest", [], graph, TimeProvider.System), 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
        Assert.Equal(RunStatus.Failed, record.Status);
        Assert.Contains("changed since the run was planned", Assert.Single(Assert.Single(record.Stages).Failures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_copies_of_a_log_are_one_artifact_and_are_read_once()
    {
        var log = File.ReadAllBytes(SharedData.Require("data/eval-logs/generated/multi-agent.eval"));
        using var folder = new TemporaryFolder();
        using var store = new FileSystemStore(folder.File("store"));
        var first = Run(store, folder.File("a.eval"), log);
        var files = Files(folder.File("store"));
        var second = Run(store, folder.File("another name"), log);

        Assert.Equal(first, second);
        Assert.Equal(files, Files(folder.File("store")));
        Assert.Equal(3, new ArtifactReader(store, "ingest", first).Read<AgentRunRow>().Count());
    }

    [Fact]
    public void A_log_gives_the_same_bytes_every_time()
    {
        var log = File.ReadAllBytes(SharedData.Require("data/eval-logs/generated/tool-agent.eval"));
        using var folder = new TemporaryFolder();
        var hashes = new[] { "one", "two" }.Select(name =>
        {
            using var store = new FileSystemStore(folder.File(name));
            Run(store, folder.File("log"), log);
            return Files(folder.File(name));
        }).ToList();

        Assert.NotEmpty(hashes[0]);
        Assert.Equal(hashes[0], hashes[1]);
    }

    private static string Run(FileSystemStore store, string path, byte[] log)
    {
        File.WriteAllBytes(path, log);
        var stage = new IngestStage(HashedFile.Of(path, TimeProvider.System), new IngestLimits(), TimeProvider.System);
        var graph = new PipelineGraph([stage]);
        var plan = RunPlan.Create("ingest", [], graph, TimeProvider.System);
        new InProcessExecutor(store, graph, plan, 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
        return Assert.Single(plan.Stages).Key;
    }

    /// <summary>Name and hash of every file of the artifacts.</summary>
    private static List<string> Files(string store)
        => [.. Directory.GetFiles(Path.Combine(store, "artifacts"), "*", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetRelativePath(store, file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}")
            .Order(StringComparer.Ordinal)];
}

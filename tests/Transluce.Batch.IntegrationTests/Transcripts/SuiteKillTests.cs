using System.Collections.Concurrent;
using Transluce.Batch.Artifacts;
using Transluce.Batch.IntegrationTests.Jobs;
using Transluce.Batch.Jobs;
using Transluce.Batch.Tests;
using Transluce.Batch.Tests.Services;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>Whatever moment a process dies at, the next run ends with the bytes of an undisturbed one.</summary>
public sealed class SuiteKillTests
{
    private const int KillsPerStage = 3;
    private const int Attempts = 150;
    private static readonly string[] CachedIn = ["embed", "label", "read"];
    private const string First = "desk-work_model-a.eval";
    private const string Second = "desk-work_model-b.eval";
    private const string Third = "desk-work_model-c.eval";

    [Fact]
    public void After_a_kill_at_any_moment_of_any_stage_the_artifacts_are_byte_identical()
        => KillEverywhere(_ => { });

    [Fact]
    public void The_same_with_a_cache_of_vectors_and_a_refit_of_an_earlier_clustering()
    {
        var model = SharedData.Require("models/minilm-onnx");
        KillEverywhere(job =>
        {
            var embed = $"embed: {{ provider: onnx, onnx: {{ path: {model}, workers: 1 }} }}";
            job.Write(embed);
            var baseline = job.Run().Stages.Single(stage => stage.Stage == "cluster").Key;
            job.Add(Path.Combine(SuiteJob.Bundled, Third));
            job.Write(refit: true, embed, $"baseline: {baseline}");
            Thread.Sleep(1100);
        });
    }

    [Fact]
    public void The_same_with_a_chat_model_that_names_checks_and_reads()
    {
        var asked = new ConcurrentBag<string>();
        using var service = new ChatService((instructions, material) =>
        {
            asked.Add(instructions + material);
            Thread.Sleep(10);
            return Answer(instructions);
        });
        var chat = $"{{ endpoint: '{service.Endpoint}', model: toy, keyVariable: TRANSLUCE_BATCH_TEST_NO_SUCH_KEY }}";
        KillEverywhere(job => job.Write($"label: {{ chat: {chat}, checked: 4, shown: 3 }}", $"reading: {{ candidates: 12, chat: {chat} }}"), "label", "read");
        Assert.True(asked.Distinct().Count() > 15, $"{asked.Distinct().Count()} different prompts");

        static string Answer(string instructions) => instructions switch
        {
            _ when instructions.StartsWith("You name groups", StringComparison.Ordinal) => """{"name": "a group", "description": "Steps such as [R0T0B3]."}""",
            _ when instructions.StartsWith("You check", StringComparison.Ordinal) => """{"items": [{"item": 0, "belongs": true, "reason": "fits"}, {"item": 1, "belongs": false, "reason": "does not"}]}""",
            _ when instructions.StartsWith("You are given two", StringComparison.Ordinal) => """{"same": false}""",
            _ => """{"match": true, "reason": "It shows in [T0B3]."}""",
        };
    }

    /// <param name="prepare">Writes the configuration.</param>
    /// <param name="only">Stages killed; none: all.</param>
    private static void KillEverywhere(Action<SuiteJob> prepare, params string[] only)
    {
        using var undisturbed = new SuiteJob(First, Second);
        prepare(undisturbed);
        var stages = undisturbed.Run().Stages.GroupBy(stage => stage.Stage).Where(files => only.Length == 0 || only.Contains(files.Key)).Select(files => (Stage: files.Key, Keys: files.Select(file => file.Key).ToArray(), Seconds: Math.Max(0.05, files.Sum(file => file.Seconds)))).ToArray();

        using var job = new SuiteJob(First, Second);
        prepare(job);
        var random = new Random(20_261_125);
        var killed = stages.ToDictionary(stage => stage.Stage, _ => 0);
        for (var attempt = 0; attempt < Attempts && killed.Values.Any(kills => kills < KillsPerStage); attempt++)
        {
            // Stages take turns; the one whose turn it is starts anew, what it cached too. A baseline has a key of its own and stays.
            var (stage, keys, length) = stages[attempt % stages.Length];
            foreach (var artifact in keys.Select(key => Path.Combine(job.StoreFolder, "artifacts", stage, key)).Append(Path.Combine(job.StoreFolder, CachedIn.Contains(stage) ? "cache" : "none")).Where(Directory.Exists))
            {
                Directory.Delete(artifact, recursive: true);
            }

            killed[stage] += StartedRun.KilledDuring(job.ConfigFile, job.StoreFolder, stage, TimeSpan.FromSeconds(random.NextDouble() * length)) ? 1 : 0;
        }

        var (code, output) = TinyJob.Start("run", job.ConfigFile);
        Assert.True(code == ExitCode.Done, output);
        Assert.Equal(undisturbed.ArtifactHashes(), job.ArtifactHashes());
        Assert.True(killed.Values.All(kills => kills >= KillsPerStage), $"kills: {string.Join(", ", killed)}");
    }

    [Fact]
    public void Every_shard_in_a_process_of_its_own_gives_the_same_bytes()
    {
        using var whole = new SuiteJob(First, Second);
        whole.Run();
        using var apart = new SuiteJob(First, Second);
        var plan = PreparedJob.Read(apart.ConfigFile).Plan(TimeProvider.System);
        using (var store = new FileSystemStore(apart.StoreFolder))
        {
            plan.Save(store);
        }

        foreach (var stage in plan.Stages)
        {
            var (code, output) = TinyJob.Start("shard", "--store", apart.StoreFolder, "--run", plan.RunId, "--stage", stage.Id, "--shard", "0");
            Assert.True(code == ExitCode.Done, $"{stage.Id} ended with {code}: {output}");
        }

        Assert.Equal(whole.ArtifactHashes(), apart.ArtifactHashes());
    }
}

using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;
using Transluce.Batch.Pipeline;
using Transluce.Batch.Transcripts;

namespace Transluce.Batch.Tests.Embedding;

/// <summary>From which logs the suite's own model is learnt, by what earlier runs left in the store.</summary>
public sealed class FittedLogsTests
{
    private const string Old = "aaaa";
    private const string New = "bbbb";

    [Fact]
    public void The_model_of_the_latest_run_stays_although_keys_of_its_plan_are_no_longer_known()
    {
        using var folder = new TemporaryFolder();
        Save(folder, "20260101-000000-00000000", config =>
        {
            config["ingest"]!["renamedSince"] = 7;
            config["gone"] = new JsonObject { ["x"] = true };
            config["suite"]!["files"]![0]!["isLog"] = "yes";
        });

        Assert.Equal([Old], FittedLogs.Choose(Config(folder, Old, New)));
    }

    [Fact]
    public void A_later_suite_of_the_same_name_does_not_hide_the_model()
    {
        using var folder = new TemporaryFolder();
        Save(folder, "20260101-000000-00000000", _ => { });
        Save(folder, "20260102-000000-00000000", config => config["embed"]!["fittedOn"] = new JsonArray("of another folder"));

        Assert.Equal([Old], FittedLogs.Choose(Config(folder, Old, New)));
    }

    [Theory]
    [InlineData("embed", "lsa")]
    [InlineData("chunk", null)]
    public void A_model_learnt_with_other_options_is_learnt_anew(string section, string? part)
    {
        using var folder = new TemporaryFolder();
        Save(folder, "20260101-000000-00000000", config => (part is null ? config[section] : config[section]![part])!["renamedSince"] = 7);

        Assert.Equal([Old, New], FittedLogs.Choose(Config(folder, Old, New)));
    }

    [Fact]
    public void A_plan_that_cannot_be_read_does_not_hide_the_one_before()
    {
        using var folder = new TemporaryFolder();
        Save(folder, "20260101-000000-00000000", _ => { });
        var damaged = Directory.CreateDirectory(Path.Combine(folder.File("store"), "runs", "20260102-000000-00000000")).FullName;
        File.WriteAllText(Path.Combine(damaged, "plan.json"), """{"run_id":"20260102-000000-00000000","config":[""");
        var other = Directory.CreateDirectory(Path.Combine(folder.File("store"), "runs", "20260103-000000-00000000")).FullName;
        File.WriteAllText(Path.Combine(other, "plan.json"), """{"run_id":"20260103-000000-00000000","job":"eval-reprocessing","config":{"suite":7,"embed":[]},"stages":[]}""");

        Assert.Equal([Old], FittedLogs.Choose(Config(folder, Old, New)));
    }

    private static void Save(TemporaryFolder folder, string run, Action<JsonObject> change)
    {
        var config = ConfigurationReader.ToJson(Config(folder, Old) with { Embed = new EmbedOptions { FittedOn = [Old] } });
        change(config);
        using var store = new FileSystemStore(folder.File("store"));
        new RunPlan { RunId = run, Job = EvalReprocessing.Name, Config = config, Stages = [] }.Save(store);
    }

    private static EvalReprocessingConfig Config(TemporaryFolder folder, params string[] logs) => new()
    {
        Job = EvalReprocessing.Name,
        Store = folder.File("store"),
        Suite = new SuiteOptions { Path = "suite", Name = "s", Files = [.. logs.Select(log => new PlannedLog { Sha256 = log, Names = [log], Bytes = 1, IsLog = true })] },
    };
}

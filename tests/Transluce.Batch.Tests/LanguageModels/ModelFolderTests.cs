using System.Security.Cryptography;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Tests.LanguageModels;

public sealed class ModelFolderTests
{
    [Fact]
    public void A_folder_is_found_relative_to_the_base()
    {
        using var folder = new TemporaryFolder();
        var model = Directory.CreateDirectory(Path.Combine(folder.Path, "models", "mine")).FullName;
        Assert.Equal(model, ModelFolder.Resolve("models/mine", folder.Path));
        Assert.Equal(model, ModelFolder.Resolve(model, "/"));
    }

    [Fact]
    public void A_name_in_the_cache_gives_the_snapshot_of_main()
    {
        using var cache = new TemporaryFolder();
        var model = Path.Combine(cache.Path, "models--org--some-model");
        Directory.CreateDirectory(Path.Combine(model, "snapshots", "older"));
        var newest = Directory.CreateDirectory(Path.Combine(model, "snapshots", "newer")).FullName;
        Directory.CreateDirectory(Path.Combine(model, "refs"));
        File.WriteAllText(Path.Combine(model, "refs", "main"), "newer\n");
        Assert.Equal(newest, ModelFolder.Resolve("org/some-model", "/", cache.Path));
    }

    [Fact]
    public void Without_a_reference_the_only_snapshot_counts_and_several_do_not()
    {
        using var cache = new TemporaryFolder();
        var snapshots = Path.Combine(cache.Path, "models--org--some-model", "snapshots");
        var only = Directory.CreateDirectory(Path.Combine(snapshots, "one")).FullName;
        Assert.Equal(only, ModelFolder.Resolve("org/some-model", "/", cache.Path));
        Directory.CreateDirectory(Path.Combine(snapshots, "two"));
        Assert.Throws<ArtifactException>(() => ModelFolder.Resolve("org/some-model", "/", cache.Path));
    }

    [Fact]
    public void A_missing_model_comes_with_the_command_that_downloads_it()
    {
        using var cache = new TemporaryFolder();
        var error = Assert.Throws<ArtifactException>(() => ModelFolder.Resolve("org/absent", cache.Path, cache.Path));
        Assert.Contains("hf download org/absent", error.Message, StringComparison.Ordinal);
        Assert.Contains(cache.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_path_is_not_taken_for_a_name()
    {
        var error = Assert.Throws<ArtifactException>(() => ModelFolder.Resolve("../some/where/else", "/nowhere"));
        Assert.DoesNotContain("hf download", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fingerprint_names_config_index_and_every_shard()
    {
        var folder = SharedData.Require("golden/llama-gqa-rope3");
        var fingerprint = ModelFingerprint.Compute(folder, TimeProvider.System);
        string[] expected = ["config.json", .. Enumerable.Range(1, 4).Select(shard => $"model-0000{shard}-of-00004.safetensors"), "model.safetensors.index.json"];
        Assert.Equal(expected, fingerprint.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "config.json")))), fingerprint["config.json"].Sha256);
    }
}

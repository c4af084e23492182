using Transluce.Batch.LanguageModels;
using Transluce.Batch.Tests;
using static TorchSharp.torch;

namespace Transluce.Batch.IntegrationTests.LanguageModels;

/// <summary>Another libtorch 2.10, named by an environment variable: here the build's own, copied elsewhere without TorchSharp's library.</summary>
public sealed class ExternalLibtorchTests
{
    private const string Shim = "libLibTorchSharp.so";

    [Fact]
    public void Libtorch_of_another_folder_is_used()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(NativeFolder).Where(file => Path.GetFileName(file) != Shim))
        {
            File.CreateSymbolicLink(folder.File(Path.GetFileName(file)), file);
        }

        ChildTest.Run(typeof(ExternalLibtorchTests), nameof(Child_computes_with_the_named_libtorch), ("TRANSLUCE_LIBTORCH", folder.Path));
    }

    [Fact]
    public void A_folder_without_libtorch_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        ChildTest.Run(typeof(ExternalLibtorchTests), nameof(Child_is_told_what_is_missing), ("TRANSLUCE_LIBTORCH", folder.Path));
    }

    [Fact]
    public void A_damaged_libtorch_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("libtorch_cpu.so"), "no library");
        ChildTest.Run(typeof(ExternalLibtorchTests), nameof(Child_is_told_what_is_missing), ("TRANSLUCE_LIBTORCH", folder.Path));
    }

    [Fact]
    public void There_is_one_copy_of_libtorch_in_the_build_output()
    {
        TorchRuntime.Initialize();
        var programs = Path.GetFullPath(Path.Combine(NativeFolder, "..", "..", "bin"));
        Assert.True(Directory.Exists(programs), programs);
        Assert.Empty(Directory.EnumerateFiles(programs, "libtorch*.so*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(programs, Shim, SearchOption.AllDirectories));
    }

    [Fact(Explicit = true)]
    public void Child_computes_with_the_named_libtorch()
    {
        using var golden = SafetensorsFile.Open(SharedData.Require("golden/llama-mha-tied/expected.safetensors"));
        using var model = Llama.Load(SharedData.Require("golden/llama-mha-tied"), CPU, ScalarType.Float32, withLogits: true);
        using var scope = NewDisposeScope();
        var logits = model.Logits(model.RunLayers(model.Embed(golden.Map("input_ids")), 0, model.Config.Layers));
        Assert.Equal(golden.Map("logits").shape, logits.shape);
        var folder = Environment.GetEnvironmentVariable("TRANSLUCE_LIBTORCH");
        Assert.Equal(folder, TorchRuntime.LibraryFolder);
        // The linker may name what a link points to, so the name is resolved on both sides.
        Assert.Contains(File.ResolveLinkTarget(Path.Combine(folder!, "libtorch_cpu.so"), returnFinalTarget: true)!.FullName, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public void Child_is_told_what_is_missing()
    {
        var error = Assert.Throws<Artifacts.ArtifactException>(TorchRuntime.Initialize);
        Assert.Contains(Environment.GetEnvironmentVariable("TRANSLUCE_LIBTORCH")!, error.Message, StringComparison.Ordinal);
    }

    private static string NativeFolder => LibtorchFolder.FindShim();
}

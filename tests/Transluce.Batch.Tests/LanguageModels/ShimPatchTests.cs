using System.Text;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Tests.LanguageModels;

public sealed class ShimPatchTests
{
    [Fact]
    public void Only_a_name_a_version_and_a_flag_change()
    {
        var original = File.ReadAllBytes(Path.Combine(LibtorchFolder.FindShim(), LibtorchFolder.ShimName));
        var patched = original.ToArray();
        ShimPatch.Apply(patched);
        Assert.Equal(original.Length, patched.Length);
        Assert.InRange(original.Zip(patched).Count(pair => pair.First != pair.Second), 3, ShimPatch.Symbol.Length + 3);
        // The table for debuggers keeps its own copy of the name.
        Assert.Equal(Occurrences(original) - 1, Occurrences(patched));
    }

    private static int Occurrences(byte[] elf) => Encoding.Latin1.GetString(elf).Split(ShimPatch.Symbol).Length - 1;

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100_000)]
    public void Another_library_is_refused_with_the_way_out(int length)
    {
        var error = Assert.Throws<ArtifactException>(() => ShimPatch.Apply(new byte[length]));
        Assert.Contains("GCC 13.2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_that_runs_is_corrected_exactly_where_the_system_lacks_the_symbol()
    {
        TorchRuntime.Initialize();
        var system = System.Runtime.InteropServices.NativeLibrary.TryLoad("libstdc++.so.6", out var library)
            && System.Runtime.InteropServices.NativeLibrary.TryGetExport(library, ShimPatch.Symbol, out _);
        Assert.Equal(!system, TorchRuntime.Corrected);
    }
}

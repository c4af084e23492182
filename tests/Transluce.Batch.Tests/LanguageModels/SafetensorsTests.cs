using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.LanguageModels;

public sealed class SafetensorsTests
{
    private static readonly byte[] EightBytes = [0, 0, 128, 63, 0, 0, 0, 64];

    [Theory]
    [InlineData("F32", new long[] { 2 }, ScalarType.Float32, new[] { 1f, 2f })]
    [InlineData("BF16", new long[] { 2, 2 }, ScalarType.BFloat16, new[] { 0f, 1f, 0f, 2f })]
    [InlineData("U8", new long[] { 8 }, ScalarType.Byte, new[] { 0f, 0f, 128f, 63f, 0f, 0f, 0f, 64f })]
    public void Values_are_read_where_they_lie(string dtype, long[] shape, ScalarType expectedDtype, float[] expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.safetensors");
        File.WriteAllBytes(path, SafetensorsWriter.Join($$$"""{"__metadata__":{"format":"pt"},"x":{"dtype":"{{{dtype}}}","shape":[{{{string.Join(',', shape)}}}],"data_offsets":[0,8]}}""", EightBytes));
        using var file = SafetensorsFile.Open(path);
        using var scope = NewDisposeScope();
        var mapped = file.Map("x");
        Assert.Equal(expectedDtype, mapped.dtype);
        Assert.Equal(shape, mapped.shape);
        Assert.Equal(expected, mapped.to(ScalarType.Float32).flatten().data<float>().ToArray());
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "tensor 'x' of shape [3] and dtype F32 does not fit its 8 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,4],"data_offsets":[0,8]}}""", "does not fit its 8 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", "does not fit its 8 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}""", "9 dimensions")]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", "dtype 'F8_E4M3'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "lies at bytes 0 to 16 of 8")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "lies at bytes -8 to 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8]}}""", "1 data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "leave a hole")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "tensors end at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "overlap")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not valid")]
    [InlineData("""{"x":{"dtype":"F32","data_offsets":[0,8]}}""", "not valid")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "not valid")]
    [InlineData("""{"x":7}""", "not valid")]
    [InlineData("[1]", "expected an object")]
    [InlineData("{", "not valid")]
    public void A_header_that_lies_is_refused(string header, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("bad.safetensors");
        File.WriteAllBytes(path, SafetensorsWriter.Join(header, EightBytes));
        var error = Assert.Throws<ArtifactException>(() => SafetensorsFile.Open(path));
        Assert.Contains("bad.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 1, 0, 0, 0, 123, 125 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, 123, 125 })]
    public void A_length_that_lies_is_refused_before_memory_is_taken(byte[] content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("bad.safetensors");
        File.WriteAllBytes(path, content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("bad.safetensors", Assert.Throws<ArtifactException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }
}

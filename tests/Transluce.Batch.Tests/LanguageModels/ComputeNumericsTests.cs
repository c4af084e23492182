using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Tests.LanguageModels;

public sealed class ComputeNumericsTests
{
    [Fact]
    public void They_say_what_libtorch_computes_with()
    {
        var numerics = ComputeNumerics.Of(CPU, ScalarType.Float32, 2);
        Assert.Equal("cpu", numerics.Device);
        Assert.Contains(numerics.CpuCapability, (string[])["DEFAULT", "AVX2", "AVX512"]);
        Assert.StartsWith("2.10", numerics.Libtorch, StringComparison.Ordinal);
        Assert.Equal($$"""{"device":"cpu","cpuCapability":"{{numerics.CpuCapability}}","dtype":"Float32","threads":2,"libtorch":"{{numerics.Libtorch}}"}""", numerics.ToJson().ToJsonString());
    }

    [Fact]
    public void The_dtype_is_measured_and_brain_float_must_pay()
    {
        var measurement = DtypeMeasurement.Measure(CPU);
        Assert.Equal(measurement.BFloat16Speedup >= DtypeMeasurement.RequiredSpeedup ? ScalarType.BFloat16 : ScalarType.Float32, measurement.Dtype);
    }
}

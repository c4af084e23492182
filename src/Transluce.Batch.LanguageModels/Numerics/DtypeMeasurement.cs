using System.Diagnostics;
using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>
/// Which of float32 and bfloat16 multiplies matrices faster here. CPUs with AVX512-BF16 or AMX are some 2.5 times faster in bfloat16,
/// those without can be 400 times slower, and nothing but a measurement tells reliably.
/// </summary>
/// <param name="Dtype">Float32 or BFloat16.</param>
/// <param name="BFloat16Speedup">Float32's time divided by bfloat16's.</param>
public sealed record DtypeMeasurement(ScalarType Dtype, double BFloat16Speedup)
{
    /// <summary>bfloat16 rounds more, so it must pay: it is chosen from this speed-up on.</summary>
    public const double RequiredSpeedup = 1.3;

    // The first product is so small that even 0.3 GFLOP/s, the worst seen, gets through it in a quarter of a second.
    private static readonly (int Rows, int Width)[] Sizes = [(64, 512), (256, 1024)];
    private const int Rounds = 5;
    private const double HopelessSpeedup = 0.5;

    /// <summary>Measures for some tens of milliseconds; less than a second where bfloat16 is hopeless.</summary>
    public static DtypeMeasurement Measure(Device device)
    {
        TorchRuntime.Initialize();
        using var noGradient = no_grad();
        var speedup = 0.0;
        foreach (var (rows, width) in Sizes)
        {
            speedup = Speedup(device, rows, width);
            if (speedup < HopelessSpeedup)
            {
                break;
            }
        }

        return new DtypeMeasurement(speedup >= RequiredSpeedup ? ScalarType.BFloat16 : ScalarType.Float32, speedup);
    }

    /// <summary>Best of alternating rounds, so that a moment in which the machine does something else hurts neither side.</summary>
    private static double Speedup(Device device, int rows, int width)
    {
        using var scope = NewDisposeScope();
        var (input, weight) = (ones([rows, width], device: device), ones([width, width], device: device));
        var (shortInput, shortWeight) = (input.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16));
        double single = double.MaxValue, brain = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            single = Math.Min(single, Seconds(input, weight));
            brain = Math.Min(brain, Seconds(shortInput, shortWeight));
            if (brain > single / HopelessSpeedup && round > 0 && brain > 0.05)
            {
                break;
            }
        }

        return single / brain;
    }

    private static double Seconds(Tensor input, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var start = Stopwatch.GetTimestamp();
        // Reading one value waits for a device that works asynchronously.
        _ = nn.functional.linear(input, weight)[0, 0].to(ScalarType.Float32).item<float>();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Transluce.Batch.LanguageModels;

/// <summary>How fast a device multiplies matrices of a model's own shapes, for estimates.</summary>
public static class MatrixRate
{
    private const int Rows = 512;
    private const int Rounds = 3;

    /// <summary>A forward pass reaches about this share of the rate.</summary>
    private const double ForwardShare = 0.75;

    /// <summary>Tokens a second through all layers, from a measurement of a few milliseconds.</summary>
    public static double TokensPerSecond(LlamaConfig config, Device device, ScalarType dtype, int threads)
    {
        TorchRuntime.Initialize();
        torch.set_num_threads(threads);
        var attention = 2.0 * config.HiddenSize * config.HeadSize * (config.AttentionHeads + config.KeyValueHeads);
        var weights = config.Layers * (attention + (3.0 * config.HiddenSize * config.IntermediateSize));
        return ForwardShare * FlopsPerSecond(config.HiddenSize, config.IntermediateSize, device, dtype) / (2 * weights);
    }

    private static double FlopsPerSecond(int inner, int outer, Device device, ScalarType dtype)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (input, weight) = (ones([Rows, inner], dtype, device), ones([outer, inner], dtype, device));
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            // Reading one value waits for a device that works asynchronously.
            _ = nn.functional.linear(input, weight)[0, 0].to(ScalarType.Float32).item<float>();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * Rows * inner * outer / best;
    }
}

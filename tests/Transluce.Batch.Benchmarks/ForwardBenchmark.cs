using System.Diagnostics;
using Transluce.Batch.LanguageModels;
using static TorchSharp.torch;

namespace Transluce.Batch.Benchmarks;

/// <summary>The bare forward pass (embedding and all layers, no logits) beside the time of its matrix products alone.</summary>
internal static class ForwardBenchmark
{
    public const double Goal = 0.75;

    private const int Rows = 64;
    private const int Tokens = 64;
    private const int Rounds = 3;

    /// <summary>Prints one line: the products' time as a fraction of the forward pass's, both the best of alternating rounds.</summary>
    public static void Run(string modelFolder, ScalarType dtype = ScalarType.Float32)
    {
        TorchRuntime.Initialize();
        using var model = Llama.Load(modelFolder, CPU, dtype);
        using var scope = NewDisposeScope();
        var ids = arange(Rows * Tokens, ScalarType.Int64).remainder(model.Config.VocabularySize).view(Rows, Tokens);
        var products = new LayerProducts(model.Config, Rows * Tokens, dtype);

        Cost forward = Cost.Unknown, bare = Cost.Unknown;
        for (var round = 0; round <= Rounds; round++)
        {
            var forwardCost = Measure(() => model.RunLayers(model.Embed(ids), 0, model.Config.Layers));
            var bareCost = Measure(products.Multiply);
            if (round > 0)
            {
                forward = forward.Least(forwardCost);
                bare = bare.Least(bareCost);
            }
        }

        Console.WriteLine(FormattableString.Invariant(
            $"forward pass: {bare.Seconds / forward.Seconds:0.000} of the rate of its matrix products alone (goal {Goal:0.00}; by processor time {bare.ProcessorSeconds / forward.ProcessorSeconds:0.000}; {dtype}, {get_num_threads()} threads, {Rows} x {Tokens} tokens, {Rows * Tokens / forward.Seconds:0} tokens/s, {products.Operations / bare.Seconds / 1e9:0} GFLOP/s)"));
    }

    private static Cost Measure(Action action)
    {
        using var scope = NewDisposeScope();
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        action();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        return new Cost(seconds, (process.TotalProcessorTime - processor).TotalSeconds);
    }

    /// <summary>Time on the clock, and on all processors together: the second hardly changes where other programs run too.</summary>
    private readonly record struct Cost(double Seconds, double ProcessorSeconds)
    {
        public static Cost Unknown { get; } = new(double.MaxValue, double.MaxValue);

        public Cost Least(Cost other) => new(Math.Min(Seconds, other.Seconds), Math.Min(ProcessorSeconds, other.ProcessorSeconds));
    }

    /// <summary>Every matrix product of the layers, in their shapes and order, each with weights of its own as in the model.</summary>
    private sealed class LayerProducts
    {
        private readonly List<(Tensor Weight, Tensor Input, Tensor Output)> products = [];

        public LayerProducts(LlamaConfig config, int tokens, ScalarType dtype)
        {
            int query = config.AttentionHeads * config.HeadSize, keyValue = config.KeyValueHeads * config.HeadSize;
            var shapes = new (int In, int Out)[]
            {
                (config.HiddenSize, query + (2 * keyValue)),
                (query, config.HiddenSize),
                (config.HiddenSize, config.IntermediateSize),
                (config.HiddenSize, config.IntermediateSize),
                (config.IntermediateSize, config.HiddenSize),
            };
            var inputs = shapes.Select(shape => shape.In).Distinct().ToDictionary(size => size, size => randn([tokens, size]).to(dtype));
            var outputs = shapes.Select(shape => shape.Out).Distinct().ToDictionary(size => size, size => empty([tokens, size], dtype));
            for (var layer = 0; layer < config.Layers; layer++)
            {
                products.AddRange(shapes.Select(shape => (randn([shape.Out, shape.In]).to(dtype).t(), inputs[shape.In], outputs[shape.Out])));
            }

            Operations = 2.0 * tokens * config.Layers * shapes.Sum(shape => (double)shape.In * shape.Out);
        }

        public double Operations { get; }

        public void Multiply()
        {
            foreach (var (weight, input, output) in products)
            {
                output.addmm_(input, weight, beta: 0);
            }
        }
    }
}

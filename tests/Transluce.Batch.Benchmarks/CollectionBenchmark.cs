using System.Diagnostics;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;
using static TorchSharp.torch;

namespace Transluce.Batch.Benchmarks;

/// <summary>Collecting exemplars and statistics of every neuron beside the bare forward pass and beside the reference system's way, in alternating rounds.</summary>
internal static class CollectionBenchmark
{
    public const double Goal = 0.90;

    private const int Rows = 32;
    private const int Tokens = 64;
    private const int K = 20;
    private const int Rounds = 6;

    // The lists are filled first: a real corpus has thousands of windows, and most of them change little.
    private const int WarmingBatches = 8;
    private const int ReferenceRounds = 2;

    public static void Run(string modelFolder, ScalarType dtype = ScalarType.Float32, int rounds = Rounds)
    {
        var model = new SubjectModel
        {
            Folder = modelFolder,
            Config = LlamaConfig.Load(modelFolder),
            Device = "cpu",
            Dtype = dtype,
            Threads = Environment.ProcessorCount,
            SpecialIds = new HashSet<int>(),
            Numerics = new JsonObject(),
        };
        var rules = new RankingRules(RankingMode.Default, RemoveRepeats: true, model.SpecialIds);
        var batches = BenchmarkText.Windows(modelFolder, Rows * (WarmingBatches + rounds), Tokens)
            .Select((ids, id) => new SequenceRow(Split.Train, id, "text", "", 0, -1, ids))
            .Chunk(Rows)
            .Select(rows => SequenceBatch.Partition(rows, rules)[0])
            .ToArray();
        using var llama = Llama.Load(modelFolder, CPU, dtype, withLogits: true);
        var collector = new ExemplarCollector(new CollectorShape(llama.Config.Layers, llama.Config.IntermediateSize, K, K, Tokens, 1, RemoveRepeats: true, model.Threads), Split.Train, 0);
        using var pass = new CollectionPass(model, rules, collector);
        using var reference = new ReferenceWay(llama, llama.Config.Layers / 2, K);

        var (bare, collected, whole) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var batch in batches.Take(WarmingBatches))
        {
            pass.RunBatch(batch);
        }

        var kernelBefore = pass.KernelTime;
        foreach (var (batch, round) in batches.Skip(WarmingBatches).Select((batch, round) => (batch, round)))
        {
            using var scope = NewDisposeScope();
            var ids = tensor(batch.PaddedIds(), [Rows, Tokens], ScalarType.Int64);
            var bareBefore = Seconds(() => llama.RunLayers(llama.Embed(ids), 0, llama.Config.Layers));
            collected.Add(Seconds(() => pass.RunBatch(batch)));
            bare.Add((bareBefore + Seconds(() => llama.RunLayers(llama.Embed(ids), 0, llama.Config.Layers))) / 2);
            if (round <= ReferenceRounds)
            {
                var seconds = Seconds(() => reference.Add(ids));
                if (round > 0)
                {
                    whole.Add(seconds * llama.Config.Layers); // the first time everything is slower, and its lists are empty
                }
            }
        }

        var kernel = (pass.KernelTime - kernelBefore).TotalMicroseconds / (rounds * Rows * Tokens);
        var fraction = Median(bare.Zip(collected, (a, b) => a / b));
        var passes = Median(whole.Zip(bare.Skip(1), (a, b) => a / b));
        var times = Median(whole.Zip(collected.Skip(1), (a, b) => a / b));
        Console.WriteLine(FormattableString.Invariant(
            $"bare forward pass / collection: {fraction:0.000} (goal {Goal:0.00}; {dtype}, {model.Threads} threads, {Rows} x {Tokens} tokens, k = {K} after {WarmingBatches * Rows} windows, kernel {kernel:0} us a token, {Rows * Tokens / Median(collected):0} tokens/s)"));
        Console.WriteLine(FormattableString.Invariant(
            $"reference way / collection: {times:0.0} (the reference way costs {passes:0.0} bare passes; goal {Goal:0.00} x that = {Goal * passes:0.0})"));
    }

    private static double Seconds(Action action)
    {
        using var scope = NewDisposeScope();
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

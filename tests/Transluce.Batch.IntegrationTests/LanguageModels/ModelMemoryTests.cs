using System.Globalization;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Tests.Tokenization;
using static TorchSharp.torch;

namespace Transluce.Batch.IntegrationTests.LanguageModels;

/// <summary>Weights go from the mapped file straight to their place: loading takes no anonymous memory beside them, not even for a moment.</summary>
public sealed class ModelMemoryTests
{
    private const double Allowed = 1.1;

    [Fact]
    public void Loading_as_float32_takes_the_weights_and_no_more()
    {
        _ = ModelFolders.SmolLm2();
        ChildTest.Run(typeof(ModelMemoryTests), nameof(Child_loads_float32));
    }

    [Fact]
    public void Loading_as_brain_float_takes_the_weights_and_no_more()
    {
        _ = ModelFolders.SmolLm2();
        ChildTest.Run(typeof(ModelMemoryTests), nameof(Child_loads_brain_float));
    }

    [Fact(Explicit = true)]
    public void Child_loads_float32() => Load(ScalarType.Float32, sizeof(float));

    [Fact(Explicit = true)]
    public void Child_loads_brain_float() => Load(ScalarType.BFloat16, sizeof(ushort));

    private static void Load(ScalarType dtype, int valueBytes)
    {
        var folder = ModelFolders.SmolLm2();
        using (var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors")))
        {
            var weights = file.Entries.Values.Sum(entry => entry.Shape.Aggregate(1L, (product, size) => product * size)) * valueBytes;
            var before = AnonymousBytes();
            var peak = 0L;
            using var stop = new CancellationTokenSource();
            var watcher = new Thread(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    peak = Math.Max(peak, AnonymousBytes());
                    Thread.Sleep(1);
                }
            });
            watcher.Start();
            using var model = Llama.Load(folder, CPU, dtype, withLogits: true);
            stop.Cancel();
            watcher.Join();
            var taken = Math.Max(peak, AnonymousBytes()) - before;
            Assert.True(taken <= Allowed * weights, $"Took {taken} bytes for {weights} bytes of weights ({(double)taken / weights:0.00}).");
        }
    }

    private static long AnonymousBytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) * 1024;
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;
using Transluce.Batch.Neurons;
using Transluce.Batch.Neurons.Exemplars;
using Transluce.Batch.Pipeline;
using static TorchSharp.torch;

namespace Transluce.Batch.Benchmarks;

/// <summary>Peak anonymous memory of the collection stage over a corpus and over one ten times as large, each in a process of its own.</summary>
internal static class CollectionMemoryBenchmark
{
    public const double Goal = 1.05;

    private const int Windows = 400; // fills the lists at k = 20
    private const int Tokens = 16;

    public static void Run(string modelFolder)
    {
        var (small, large) = (PeakOfChild(modelFolder, Windows), PeakOfChild(modelFolder, 10 * Windows));
        Console.WriteLine(FormattableString.Invariant(
            $"peak anonymous memory at 10x corpus / 1x: {large / (double)small:0.000} (goal {Goal:0.00}; {small >> 20} MiB at {Windows} windows, {large >> 20} MiB at {10 * Windows})"));
    }

    /// <summary>The child's part: runs the stage and prints the peak in bytes.</summary>
    public static void RunChild(string modelFolder, int windows)
    {
        var folder = Directory.CreateTempSubdirectory("transluce-batch-bench-");
        using var store = new FileSystemStore(folder.FullName);
        var config = LlamaConfig.Load(modelFolder);
        var model = new SubjectModel
        {
            Folder = modelFolder,
            Config = config,
            Device = "cpu",
            Dtype = ScalarType.Float32,
            Threads = Environment.ProcessorCount,
            SpecialIds = new HashSet<int>(),
            Numerics = new JsonObject(),
        };
        var corpus = new RandomWindowsStage(windows, Tokens, config.VocabularySize);
        var collect = new CollectExemplarsStage(model, corpus, new ExemplarOptions { K = 20, TracedRanks = 20 }, new SplitSizes(windows, 0, 0), Tokens);
        var graph = new PipelineGraph([corpus, collect]);
        var peak = 0L;
        using (new Timer(_ => peak = Math.Max(peak, AnonymousBytes()), null, 0, 10))
        {
            new InProcessExecutor(store, graph, RunPlan.Create("bench", [], graph, TimeProvider.System), 1, new SilentObserver(), TimeProvider.System).Run(CancellationToken.None);
        }

        folder.Delete(recursive: true);
        Console.WriteLine(peak.ToString(CultureInfo.InvariantCulture));
    }

    private static long PeakOfChild(string modelFolder, int windows)
    {
        string[] arguments = ["collection-memory-run", modelFolder, windows.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        // By default garbage may pile up to the size of the last-level cache before it is collected: hundreds of MiB that come and go by chance. Hexadecimal.
        start.Environment["DOTNET_GCgen0size"] = "2000000";
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? long.Parse(output, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"The run over {windows} windows failed with exit code {child.ExitCode}.");
    }

    private static long AnonymousBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Replace("RssAnon:", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}

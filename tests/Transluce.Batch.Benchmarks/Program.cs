using System.Globalization;

namespace Transluce.Batch.Benchmarks;

/// <summary>One benchmark per first argument; the second is a model folder where one is needed.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["forward", var modelFolder]:
                ForwardBenchmark.Run(modelFolder);
                return 0;
            case ["collection", var modelFolder]:
                CollectionBenchmark.Run(modelFolder);
                return 0;
            case ["collection-memory", var modelFolder]:
                CollectionMemoryBenchmark.Run(modelFolder);
                return 0;
            case ["collection-memory-run", var modelFolder, var windows]:
                CollectionMemoryBenchmark.RunChild(modelFolder, int.Parse(windows, CultureInfo.InvariantCulture));
                return 0;
            default:
                Console.Error.WriteLine("Usage: forward|collection|collection-memory MODEL_FOLDER");
                return 2;
        }
    }
}

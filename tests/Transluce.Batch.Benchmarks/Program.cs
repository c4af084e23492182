using System.Globalization;

namespace Transluce.Batch.Benchmarks;

/// <summary>One benchmark per first argument; the second is a model folder where one is needed.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["speed"]:
                var model = SharedModel.Folder();
                ForwardBenchmark.Run(model);
                CollectionBenchmark.Run(model);
                CollectionMemoryBenchmark.Run(model);
                ExplainingBenchmark.Run(model);
                ClusteringBenchmark.Run();
                IngestBenchmark.Run();
                IngestMemoryBenchmark.Run();
                return 0;
            case ["clustering"]:
                ClusteringBenchmark.Run();
                return 0;
            case ["ingest"]:
                IngestBenchmark.Run();
                return 0;
            case ["ingest-memory"]:
                IngestMemoryBenchmark.Run();
                return 0;
            case ["ingest-memory-run", var kind]:
                IngestMemoryBenchmark.RunChild(kind);
                return 0;
            case ["quality"]:
                QualityBenchmark.Run();
                return 0;
            case ["explaining", var modelFolder]:
                ExplainingBenchmark.Run(modelFolder);
                return 0;
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
                Console.Error.WriteLine("Usage: speed | quality | clustering | ingest | ingest-memory | forward|collection|collection-memory|explaining MODEL_FOLDER");
                return 2;
        }
    }
}

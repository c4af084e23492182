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
            case ["collection", var modelFolder, var rounds]:
                CollectionBenchmark.Run(modelFolder, rounds: int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture));
                return 0;
            case ["collection", var modelFolder]:
                CollectionBenchmark.Run(modelFolder);
                return 0;
            default:
                Console.Error.WriteLine("Usage: forward|collection MODEL_FOLDER");
                return 2;
        }
    }
}

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
            default:
                Console.Error.WriteLine("Usage: forward MODEL_FOLDER");
                return 2;
        }
    }
}

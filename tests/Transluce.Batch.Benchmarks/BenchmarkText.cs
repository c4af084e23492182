using System.Text.Json;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Benchmarks;

/// <summary>Real text for benchmarks: the demo's web documents in the model's own tokens, cut into windows without a prefix.</summary>
internal static class BenchmarkText
{
    public static int[][] Windows(string modelFolder, int count, int tokens)
    {
        var tokenizer = ModelTokenizer.Load(modelFolder);
        var windows = File.ReadLines(Path.Combine(RepositoryRoot(), "pipeline-config", "demo", "corpus", "web.jsonl"))
            .SelectMany(line => tokenizer.Encode(JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!).Chunk(tokens))
            .Where(window => window.Length == tokens)
            .Take(count)
            .ToArray();
        return windows.Length == count ? windows : throw new InvalidOperationException($"The demo corpus has only {windows.Length} windows of {tokens} tokens; {count} are needed.");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Transluce.Batch.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No parent of the benchmark program holds Transluce.Batch.sln.");
    }
}

using Transluce.Batch.Artifacts;

namespace Transluce.Batch.LanguageModels;

/// <summary>What a model is: SHA-256 of its config and of every weight file. Nothing else of its folder changes what it computes.</summary>
public static class ModelFingerprint
{
    /// <summary>File name → the file with its hash. Files are read side by side, about 1.5 GB/s per core.</summary>
    /// <exception cref="ArtifactException">A file is missing.</exception>
    public static IReadOnlyDictionary<string, HashedFile> Compute(string modelFolder, TimeProvider clock)
    {
        string[] files = [Path.Combine(modelFolder, "config.json"), .. Checkpoint.WeightFiles(modelFolder)];
        try
        {
            return files.AsParallel().WithDegreeOfParallelism(Math.Min(files.Length, Environment.ProcessorCount))
                .Select(file => KeyValuePair.Create(Path.GetFileName(file), HashedFile.Of(file, clock))).ToDictionary(StringComparer.Ordinal);
        }
        catch (AggregateException exception) when (exception.InnerException is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException($"Model '{modelFolder}' cannot be read: {exception.InnerException.Message}", exception);
        }
    }
}

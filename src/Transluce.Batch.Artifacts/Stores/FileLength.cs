namespace Transluce.Batch.Artifacts;

/// <summary>How long files are.</summary>
public static class FileLength
{
    /// <summary>Bytes of a file, or of what a link points to (the local Hugging Face cache is made of links; the length of a link itself says nothing).</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static long Of(string path)
    {
        using var handle = File.OpenHandle(path);
        return RandomAccess.GetLength(handle);
    }
}

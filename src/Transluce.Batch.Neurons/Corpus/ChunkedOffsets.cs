using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons;

/// <summary>A list of file offsets that grows by fixed blocks, so that growing never holds everything twice.</summary>
internal sealed class ChunkedOffsets
{
    private const int BlockLength = 1 << 16;

    private readonly List<long[]> blocks = [];

    public int Count { get; private set; }

    public long this[int index] => blocks[index / BlockLength][index % BlockLength];

    public void Add(long offset, string path)
    {
        if (Count == Array.MaxLength)
        {
            throw new ArtifactException($"'{path}' has more than {Array.MaxLength} documents; split it into several files of several sources.");
        }

        if (Count % BlockLength == 0)
        {
            blocks.Add(new long[BlockLength]);
        }

        blocks[^1][Count++ % BlockLength] = offset;
    }
}

using Microsoft.Win32.SafeHandles;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A file of JSON that can be entered again behind a fault of brackets.</summary>
internal sealed class FaultyFile : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly ReadingBounds bounds;
    private CheckedStream? stream;
    private long rereadable;

    public FaultyFile(string path, ReadingBounds bounds)
    {
        this.bounds = bounds;
        file = File.OpenHandle(path);
        rereadable = RandomAccess.GetLength(file);
        Json = new JsonCursor(stream = Open(0, again: false), bounds.Limits.Depth);
    }

    /// <summary>Reads the file, from its first byte on.</summary>
    public JsonCursor Json { get; }

    /// <summary>The file from an offset on.</summary>
    public CheckedStream Open(long offset, bool again) => new(new FileRangeStream(file, offset, RandomAccess.GetLength(file) - offset), null, bounds, again);

    /// <summary>Moves the cursor from a damaged element to the next one; false where there is no telling where that begins.</summary>
    /// <param name="damage">What came up while it was read.</param>
    /// <param name="from">Its first byte.</param>
    /// <param name="indentation">How far elements are indented, or null.</param>
    /// <param name="level">How many containers were open before it.</param>
    public bool SkipDamaged(LogDamage damage, long from, int? indentation, int level)
    {
        // What a fault runs over is read again. All of it together is no more than the file, so that one made of faults takes no longer than two.
        rereadable -= (damage.Offset ?? from) - from;
        if (damage.Kind != LogDamage.Json || indentation is not { } indent || rereadable < 0)
        {
            return false;
        }

        stream?.Dispose();
        stream = Open(from, again: true);
        return Json.SkipToNextItem(stream, from, indent, level);
    }

    public void Dispose()
    {
        stream?.Dispose();
        file.Dispose();
    }
}

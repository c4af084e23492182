namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The bounds of one log while it is read: bytes of the whole file so far, the clock, the wish to stop.</summary>
internal sealed class ReadingBounds(IngestLimits limits, TimeProvider clock, CancellationToken cancellationToken)
{
    private const long ProgressBytes = 1 << 20;
    private long fileBytes;
    private long markBytes;
    private long mark = clock.GetTimestamp();

    public IngestLimits Limits => limits;

    /// <summary>To be called before bytes are asked for, so that time spent elsewhere is not charged to the reading.</summary>
    public void Begin() => mark = clock.GetTimestamp();

    /// <summary>To be called for every piece read.</summary>
    /// <param name="entryBytes">Bytes of the entry so far, this piece included.</param>
    /// <param name="bytes">Of this piece.</param>
    /// <param name="again">Whether the bytes were counted before.</param>
    public void Add(int bytes, long entryBytes, bool again)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (entryBytes > limits.EntryBytes)
        {
            throw new LogDamage(LogDamage.Cap, $"the entry is longer than {limits.EntryBytes} bytes; raise entryBytes to read it", entryBytes);
        }

        if (!again && (fileBytes += bytes) > limits.FileBytes)
        {
            throw new LogDamage(LogDamage.Cap, $"the file is longer than {limits.FileBytes} bytes unpacked; raise fileBytes to read it", entryBytes);
        }

        if ((markBytes += bytes) >= ProgressBytes)
        {
            markBytes = 0;
            Begin();
        }
        else if (clock.GetElapsedTime(mark) > limits.ProgressDeadline)
        {
            throw new LogDamage(LogDamage.Deadline, $"less than {ProgressBytes} bytes came in {limits.ProgressDeadline.TotalSeconds} seconds", entryBytes);
        }
    }
}

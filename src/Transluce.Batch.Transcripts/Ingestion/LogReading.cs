namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What reading one log needs: its id, bounds, scratch file and tables.</summary>
internal sealed record LogReading(string LogId, ReadingBounds Bounds, ScratchText Scratch, LogTables Tables, LogReport Report)
{
    public IngestLimits Limits => Bounds.Limits;

    /// <summary>Reads and writes one sample, or quarantines it.</summary>
    public void ReadSample(string entry, int ordinal, SampleSource source, string firstScorer, RunWriter writer)
    {
        var reading = new SampleReading(Limits, Scratch, firstScorer);
        try
        {
            source.Survey(reading);
        }
        catch (LogDamage damage)
        {
            Report.Reject(entry, damage, isSample: true);
            Scratch.Clear();
            return;
        }

        Write(entry, ordinal, source, reading, writer);
    }

    /// <summary>
    /// Writes a sample that has been surveyed, or quarantines it where it turns out too large. Damage while it is written would be a file that changes
    /// while it is read: that stops the shard, since rows are out.
    /// </summary>
    public void Write(string entry, int ordinal, SampleSource source, SampleReading reading, RunWriter writer)
    {
        IReadOnlyList<Conversation> conversations;
        try
        {
            conversations = RunWriter.Conversations(source, reading);
        }
        catch (LogDamage damage)
        {
            Report.Reject(entry, damage, isSample: true);
            Scratch.Clear();
            return;
        }

        try
        {
            writer.Write(ordinal, reading, conversations);
        }
        catch (LogDamage damage)
        {
            throw new Artifacts.ArtifactException($"Sample {ordinal} of log {LogId} was sound when it was read first and is not now ({damage.Message}): the file changed. Run again when nothing writes to it.", damage);
        }

        Report.Done(reading.Flags);
        Scratch.Clear();
    }
}

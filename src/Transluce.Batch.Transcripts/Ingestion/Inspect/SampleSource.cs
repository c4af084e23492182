namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Where a sample lies: it can be passed over as often as needed, which keeps memory small.</summary>
internal abstract class SampleSource
{
    /// <summary>The first pass, over all of the sample: it decides whether the sample is sound.</summary>
    /// <exception cref="LogDamage">It is not.</exception>
    public abstract void Survey(SampleReading reading);

    /// <summary>Its messages once more, in order, for a sample with too many to hold.</summary>
    public abstract IEnumerable<Message> Messages(SampleReading reading);

    /// <summary>Fetches what was found to be needed during the first pass; attachments too.</summary>
    public abstract void Gather(SampleReading reading, Gathering gathering);
}

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// What one part of reading a sample holds in memory. The parts have a share each instead of one sum, so that what becomes of a sample does not
/// depend on which of them comes first in the log.
/// </summary>
internal sealed class HeldShare(IngestLimits limits)
{
    private long units;
    private long messages;

    /// <summary>Whether more came than may be held.</summary>
    public bool Overflowed { get; private set; }

    public bool Add(Message message) => Add(message.HeldUnits, 1);

    /// <returns>Whether all of it fits so far; what does not is not to be held.</returns>
    public bool Add(long moreUnits, int moreMessages = 0)
    {
        units += moreUnits;
        messages += moreMessages;
        Overflowed |= units > limits.HeldUnits || messages > limits.HeldMessages;
        return !Overflowed;
    }

    /// <summary>All of it was let go.</summary>
    public void Clear() => (units, messages, Overflowed) = (0, 0, false);

    /// <summary>The reason for quarantine.</summary>
    /// <param name="what">Such as "the run's messages".</param>
    public LogDamage Damage(string what)
        => new(LogDamage.Cap, FormattableString.Invariant($"{what} would take more memory than they may: over {limits.HeldMessages} messages (heldMessages) or {limits.HeldUnits} characters (heldUnits)"));
}

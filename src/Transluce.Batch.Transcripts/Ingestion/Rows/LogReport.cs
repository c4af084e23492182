using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Counts what became of a log's samples, and writes what could not be read.</summary>
internal sealed class LogReport(LogTables tables)
{
    private readonly SortedSet<string> flags = new(StringComparer.Ordinal);
    private int quarantined;

    public int Declared { get; private set; }

    public int Read { get; private set; }

    public int Quarantined { get; private set; }

    public IEnumerable<string> Flags => flags;

    /// <summary>A sample was found, whatever will become of it.</summary>
    /// <returns>Its place.</returns>
    public int Declare() => Declared++;

    public void Done(IEnumerable<string> sampleFlags)
    {
        Read++;
        flags.UnionWith(sampleFlags);
    }

    /// <summary>Takes over what a cursor noticed outside of samples: it belongs to the log.</summary>
    /// <returns>Whether that was sound.</returns>
    public bool Absorb(string entry, JsonCursor json)
    {
        flags.UnionWith(json.Flags);
        var damage = json.Damage;
        if (damage is not null)
        {
            Reject(entry, damage, isSample: false);
        }

        json.Forget();
        return damage is null;
    }

    public void Reject(string entry, LogDamage damage, bool isSample)
    {
        tables.Quarantine.Write(new QuarantineRow(quarantined++, entry, damage.Kind, damage.Message, damage.Offset, isSample));
        Quarantined += isSample ? 1 : 0;
    }
}

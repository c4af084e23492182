using System.Globalization;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Makes ids that stay apart where what they stand for is called the same: those after the first have their number in them.</summary>
internal sealed class Occurrences
{
    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);

    public bool CameAgain { get; private set; }

    public string Id(params ReadOnlySpan<string> parts)
    {
        var id = StableId.Of(parts);
        var occurrence = seen[id] = seen.GetValueOrDefault(id) + 1;
        if (occurrence == 1)
        {
            return id;
        }

        CameAgain = true;
        return StableId.Of([.. parts, occurrence.ToString(CultureInfo.InvariantCulture)]);
    }
}

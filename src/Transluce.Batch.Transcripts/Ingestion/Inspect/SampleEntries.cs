using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The entries of one sample of an archive. Which they are is told by their names; the id in a name is a label only.</summary>
internal sealed partial class SampleEntries
{
    private readonly SortedDictionary<string, List<(long Start, ZipEntry Entry)>> chunks = new(StringComparer.Ordinal);

    private SampleEntries(string label) => Label = label;

    /// <summary>The names without their common ending: <c>samples/{id}_epoch_{n}</c>.</summary>
    public string Label { get; }

    /// <summary>The whole sample in one entry; where there is one, chunks beside it do not count.</summary>
    public ZipEntry? Monolith { get; private set; }

    public ZipEntry? Shell { get; private set; }

    public ZipEntry? Metadata { get; private set; }

    /// <summary>The entry that says which sample it is, or null.</summary>
    public ZipEntry? Main => Monolith ?? Shell;

    /// <summary>Chunks of one kind in the order of their first elements.</summary>
    public IReadOnlyList<(long Start, ZipEntry Entry)> Chunks(string kind) => chunks.GetValueOrDefault(kind) ?? [];

    /// <summary>All samples of an archive, in the directory's order.</summary>
    public static IReadOnlyList<SampleEntries> Find(IReadOnlyList<ZipEntry> entries)
    {
        var samples = new Dictionary<string, SampleEntries>(StringComparer.Ordinal);
        var order = new List<SampleEntries>();
        foreach (var entry in entries.Where(entry => entry.Key.StartsWith("samples/", StringComparison.Ordinal)))
        {
            if (PartName().Match(entry.Key) is { Success: true } part)
            {
                Sample(part.Groups["sample"].Value).AddPart(part, entry);
            }
            // A sample's id can look like the path of a part; what lies in a sample's folder beside its parts (statistics) does not end like a sample.
            else if (entry.Key.EndsWith(".json", StringComparison.Ordinal) && (SampleName().IsMatch(entry.Key) || !FolderName().IsMatch(entry.Key)))
            {
                Sample(entry.Key[..^".json".Length]).Monolith = entry;
            }
        }

        foreach (var sample in order)
        {
            foreach (var list in sample.chunks.Values)
            {
                list.Sort((a, b) => a.Start.CompareTo(b.Start));
            }
        }

        return order;

        SampleEntries Sample(string key)
        {
            if (!samples.TryGetValue(key, out var sample))
            {
                samples[key] = sample = new SampleEntries(ZipEntry.Shown(Encoding.Latin1.GetBytes(key)));
                order.Add(sample);
            }

            return sample;
        }
    }

    private void AddPart(Match part, ZipEntry entry)
    {
        switch (part.Groups["file"].Value)
        {
            case "sample":
                Shell = entry;
                break;
            case "metadata":
                Metadata = entry;
                break;
            case "":
                var kind = part.Groups["kind"].Value;
                // A number no chunk can begin at is kept, so that the chunk is missed where it should be.
                var start = long.TryParse(part.Groups["start"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
                (chunks.TryGetValue(kind, out var list) ? list : chunks[kind] = []).Add((start, entry));
                break;
        }
    }

    [GeneratedRegex(@"\A(?<sample>samples/.*_epoch_[0-9]+)/(?:(?<file>sample|metadata|skeleton)|(?<kind>messages|events|calls|attachments)/(?<start>[0-9]+))\.json\z", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex PartName();

    [GeneratedRegex(@"_epoch_[0-9]+\.json\z", RegexOptions.CultureInvariant)]
    private static partial Regex SampleName();

    [GeneratedRegex(@"\Asamples/.*_epoch_[0-9]+/(?:messages|events|calls|attachments)/[^/]+\.json\z", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex FolderName();
}

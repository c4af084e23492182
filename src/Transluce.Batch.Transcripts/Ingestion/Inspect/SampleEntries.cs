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
            if (ChunkName().Match(entry.Key) is { Success: true } chunk)
            {
                Sample(chunk.Groups[1].Value).AddChunk(chunk, entry);
            }
            else if (entry.Key.EndsWith(".json", StringComparison.Ordinal))
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

    private void AddChunk(Match match, ZipEntry entry)
    {
        switch (match.Groups[2].Value)
        {
            case "sample":
                Shell = entry;
                break;
            case "metadata":
                Metadata = entry;
                break;
            case var rest when rest.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
                && long.TryParse(rest.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var start):
                (chunks.TryGetValue(rest[..slash], out var list) ? list : chunks[rest[..slash]] = []).Add((start, entry));
                break;
        }
    }

    [GeneratedRegex(@"\A(samples/.*_epoch_[0-9]+)/(sample|metadata|skeleton|(?:messages|events|calls|attachments)/[^/]+)\.json\z", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex ChunkName();
}

using System.Globalization;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The canonical place of a sample in an archive: by epoch, then by id, whole numbers as numbers, texts by code point.</summary>
internal sealed record SampleOrder(int Epoch, string Key, string Label) : IComparable<SampleOrder>
{
    private const int MostProperties = 16;

    // Those of all samples are in memory at once.
    private const int MostKeyUnits = 1000;

    /// <summary>From the first properties of the sample, where Inspect writes id and epoch; else, and where they cannot be read, from the entry's name.</summary>
    public static SampleOrder Of(SampleEntries sample, ZipArchiveFile archive, LogReading log)
    {
        string? key = null;
        int? epoch = null;
        try
        {
            if (sample.Main is { } entry)
            {
                using var stream = archive.Open(entry, again: true);
                var json = new JsonCursor(stream);
                var fields = new FieldReader(json, log.Scratch, log.Limits);
                json.BeginObject();
                for (var i = 0; i < MostProperties && (key is null || epoch is null) && json.NextName(); i++)
                {
                    if (json.Name.SequenceEqual("id"u8))
                    {
                        key = json.Peek() == JsonKind.Number ? Padded(json.ReadNumberText()) : fields.Short();
                    }
                    else if (json.Name.SequenceEqual("epoch"u8))
                    {
                        epoch = (int)Math.Min(fields.Count(), int.MaxValue);
                    }
                    else
                    {
                        json.Skip();
                    }
                }

                (key, epoch) = json.Damage is null ? (key, epoch) : (null, null);
            }
        }
        catch (LogDamage)
        {
            // The sample's own reading will say what is wrong; here the name has to do.
        }

        var cut = sample.Label.LastIndexOf("_epoch_", StringComparison.Ordinal);
        epoch ??= cut >= 0 && int.TryParse(sample.Label.AsSpan(cut + "_epoch_".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var named) ? named : 0;
        key ??= sample.Label["samples/".Length..(cut >= "samples/".Length ? cut : sample.Label.Length)];
        return new SampleOrder(epoch.Value, key.Length > MostKeyUnits ? key[..MostKeyUnits] : key, sample.Label);
    }

    public int CompareTo(SampleOrder? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byEpoch = Epoch.CompareTo(other.Epoch);
        var byKey = byEpoch != 0 ? byEpoch : CompareCodePoints(Key, other.Key);
        return byKey != 0 ? byKey : CompareCodePoints(Label, other.Label);
    }

    private static string Padded(string number) => number.Length < 20 && number.All(char.IsAsciiDigit) ? number.PadLeft(20, '0') : number;

    /// <summary>UTF-8 sorts by code point; UTF-16 does not.</summary>
    private static int CompareCodePoints(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
}

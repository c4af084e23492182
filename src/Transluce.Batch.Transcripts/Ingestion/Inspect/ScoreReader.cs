using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a sample's scores: the value of each as it stands after all edits, and what was said beside it.</summary>
internal static class ScoreReader
{
    private const int MostScores = 10_000;

    public static void Read(SampleReading reading, FieldReader fields)
    {
        var (facts, json) = (reading.Facts, fields.Json);
        facts.Scores.Clear();
        facts.ScoreDetails.Clear();
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            if (fields.Take(name.Length))
            {
                ReadOne(reading, name, fields);
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>Reads one score. A scorer that returned nothing has no entry, or null.</summary>
    public static void ReadOne(SampleReading reading, string name, FieldReader fields)
    {
        var (facts, json) = (reading.Facts, fields.Json);
        if (json.Peek() != JsonKind.Object)
        {
            Set(json, facts.Scores, name, fields.JsonText());
            return;
        }

        string? value = null;
        var details = new List<KeyValuePair<string, string>>();
        json.BeginObject();
        while (json.NextName())
        {
            var member = Encoding.UTF8.GetString(json.Name);
            if (member == "value")
            {
                value = fields.JsonText();
            }
            else if (reading.PartsAreFull)
            {
                json.Skip();
            }
            else if (fields.JsonText() is { } text and not ("{}" or "[]" or "\"\"") && reading.Part(text) is { } part)
            {
                details.Add(new(member, part));
            }
        }

        Set(json, facts.Scores, name, value);
        Set(json, facts.ScoreDetails, name, details.Count == 0 ? null : NormalisedScores.Json(details));
    }

    // Of a name that comes again the last value counts, at the place of the first, as in a Python dict.
    private static void Set(JsonCursor json, OrderedDictionary<string, string> scores, string name, string? value)
    {
        if (value is not null && (scores.Count < MostScores || scores.ContainsKey(name)))
        {
            scores[name] = value;
        }
        else if (value is not null)
        {
            json.MarkCut();
        }
    }
}

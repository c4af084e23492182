using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a sample's scores: the value of each as it stands after all edits, and what was said beside it.</summary>
internal static class ScoreReader
{
    private const int MostScores = 10_000;

    public static void Read(SampleReading reading, FieldReader fields)
    {
        var (facts, json) = (reading.Facts, fields.Json);
        (facts.Scores, facts.ScoreDetails) = ([], []);
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

    private static void Set(JsonCursor json, List<KeyValuePair<string, string>> scores, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        scores.RemoveAll(score => score.Key == name);
        if (scores.Count < MostScores)
        {
            scores.Add(new(name, value));
        }
        else
        {
            json.MarkCut();
        }
    }
}

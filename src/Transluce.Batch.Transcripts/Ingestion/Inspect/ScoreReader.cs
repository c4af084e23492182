using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a sample's scores: the value of each as it stands after all edits, and what was said beside it.</summary>
internal static class ScoreReader
{
    private const int MostScores = 10_000;

    // Of what is said beside all values of a sample.
    private const long MostDetailUnits = 16 << 20;

    public static void Read(SampleFacts facts, FieldReader fields)
    {
        var json = fields.Json;
        (facts.Scores, facts.ScoreDetails) = ([], []);
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        json.BeginObject();
        while (json.NextName())
        {
            ReadOne(facts, Encoding.UTF8.GetString(json.Name), fields);
        }
    }

    /// <summary>Reads one score. A scorer that returned nothing has no entry, or null.</summary>
    public static void ReadOne(SampleFacts facts, string name, FieldReader fields)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            Set(facts.Scores, name, fields.JsonText());
            return;
        }

        string? value = null;
        var details = new List<KeyValuePair<string, string>>();
        json.BeginObject();
        while (json.NextName())
        {
            var member = Encoding.UTF8.GetString(json.Name);
            var text = fields.JsonText();
            if (member == "value")
            {
                value = text;
            }
            else if (text is not (null or "{}" or "[]" or "\"\""))
            {
                details.Add(new(member, text));
            }
        }

        Set(facts.Scores, name, value);
        Set(facts.ScoreDetails, name, details.Count == 0 ? null : Bounded(facts, NormalisedScores.Json(details)));
    }

    private static string Bounded(SampleFacts facts, string details)
        => facts.ScoreDetails.Sum(other => (long)other.Value.Length) + details.Length <= MostDetailUnits ? details : $"{{\"omitted\":\"longer than {MostDetailUnits} characters together\"}}";

    private static void Set(List<KeyValuePair<string, string>> scores, string name, string? value)
    {
        if (value is not null && scores.Count < MostScores)
        {
            scores.RemoveAll(score => score.Key == name);
            scores.Add(new(name, value));
        }
    }
}

using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a sample's scores: the value of each as it stands after all edits.</summary>
internal static class ScoreReader
{
    private const int MostScores = 10_000;

    public static List<KeyValuePair<string, string>> Read(FieldReader fields)
    {
        var json = fields.Json;
        var scores = new List<KeyValuePair<string, string>>();
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return scores;
        }

        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            // A scorer that returned nothing has no entry, or null.
            if (ReadOne(fields) is not { } value)
            {
                continue;
            }

            scores.RemoveAll(score => score.Key == name);
            if (scores.Count < MostScores && fields.Take(name.Length))
            {
                scores.Add(new(name, value));
            }
            else
            {
                json.MarkCut();
            }
        }

        return scores;
    }

    /// <summary>The value of one score as compact JSON, or null.</summary>
    public static string? ReadOne(FieldReader fields)
    {
        var json = fields.Json;
        switch (json.Peek())
        {
            case JsonKind.Null:
                json.ReadNull();
                return null;
            case JsonKind.Object:
                break;
            default:
                return fields.JsonText();
        }

        string? value = null;
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("value"u8))
            {
                value = fields.JsonText();
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}

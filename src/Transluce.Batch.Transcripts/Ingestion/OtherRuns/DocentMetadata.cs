using System.Text.Json;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What Docent's importers put into a run's metadata: scores, model, task, the sample's id.</summary>
internal static class DocentMetadata
{
    public static void Read(SampleReading reading, FieldReader fields)
    {
        var facts = reading.Facts;
        fields.BeginItem();
        facts.MetadataJson = fields.JsonText() ?? "{}";
        if (fields.Json.Damage is not null)
        {
            return;
        }

        using var document = JsonDocument.Parse(facts.MetadataJson, new JsonDocumentOptions { MaxDepth = 2048 });
        foreach (var member in document.RootElement.EnumerateObject())
        {
            switch (member.Name)
            {
                case "scores" when member.Value.ValueKind == JsonValueKind.Object:
                    facts.Scores.Clear();
                    foreach (var score in member.Value.EnumerateObject())
                    {
                        facts.Scores[score.Name] = score.Value.GetRawText();
                    }

                    break;
                case "model" or "task" or "task_name" or "target" or "sample_id" or "epoch" or "task_id":
                    Set(facts, member.Name, member.Value);
                    break;
            }
        }
    }

    private static void Set(SampleFacts facts, string name, JsonElement value)
    {
        if (name == "target")
        {
            facts.TargetJson = value.GetRawText();
            return;
        }

        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            return;
        }

        var text = value.ToString();
        switch (name)
        {
            case "model":
                facts.Model = text;
                break;
            case "task" or "task_name":
                facts.Task = text;
                break;
            case "epoch":
                facts.Epoch = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var epoch) ? epoch : facts.Epoch;
                break;
            case "sample_id":
                (facts.Id, facts.IdIsNumber) = (text, value.ValueKind == JsonValueKind.Number);
                break;
            case "task_id" when facts.Id.Length == 0:
                (facts.Id, facts.IdIsNumber) = (text, value.ValueKind == JsonValueKind.Number);
                break;
        }
    }
}

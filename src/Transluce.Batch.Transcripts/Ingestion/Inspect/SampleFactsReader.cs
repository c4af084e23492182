namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads the facts among a sample's properties.</summary>
internal static class SampleFactsReader
{
    public static void ReadProperty(string name, SampleReading reading, FieldReader fields)
    {
        var (facts, json) = (reading.Facts, fields.Json);
        fields.BeginItem();
        switch (name)
        {
            case "id":
                facts.IdIsNumber = json.Peek() == JsonKind.Number;
                facts.Id = facts.IdIsNumber ? json.ReadNumberText() : fields.Short() ?? "";
                break;
            case "epoch":
                facts.Epoch = (int)Math.Min(fields.Count(), int.MaxValue);
                break;
            case "uuid":
                facts.Uuid = fields.Short();
                break;
            case "target":
                facts.TargetJson = fields.JsonText();
                reading.Attachments.WantWithin(facts.TargetJson);
                break;
            case "scores":
                ScoreReader.Read(reading, fields);
                WantWithinDetails(reading);
                break;
            case "score" when facts.Scores.Count == 0:
                ScoreReader.ReadOne(reading, reading.FirstScorer, fields);
                WantWithinDetails(reading);
                break;
            case "metadata":
                facts.MetadataJson = fields.JsonText() ?? "{}";
                reading.Attachments.WantWithin(facts.MetadataJson);
                break;
            case "model_usage":
                ReadUsage(facts, fields);
                break;
            case "started_at":
                facts.StartedAt = fields.Short();
                break;
            case "completed_at":
                facts.CompletedAt = fields.Short();
                break;
            case "total_time":
                facts.TotalSeconds = fields.Number();
                break;
            case "working_time":
                facts.WorkingSeconds = fields.Number();
                break;
            case "error":
                facts.ErrorMessage = ReadMember(fields, "message"u8);
                break;
            case "error_retries":
                facts.ErrorRetries = fields.CountItems();
                break;
            case "limit":
                ReadLimit(facts, fields);
                break;
            case "invalidation":
                facts.Invalidated = json.Peek() != JsonKind.Null;
                reading.Others.AddFilled(name, fields);
                break;
            case "choices" or "sandbox" or "setup" or "role_usage" or "model_fallbacks":
                reading.Others.AddFilled(name, fields);
                break;
            default:
                json.Skip();
                break;
        }
    }

    /// <summary>A string member of an object; the value itself where it is a string; empty where there is no such member, null where the value is null.</summary>
    public static string? ReadMember(FieldReader fields, ReadOnlySpan<byte> member)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            return fields.Short();
        }

        var value = "";
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual(member))
            {
                value = fields.Short() ?? "";
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static void ReadLimit(SampleFacts facts, FieldReader fields)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            facts.LimitType = fields.Short();
            return;
        }

        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("type"u8))
            {
                facts.LimitType = fields.Short();
            }
            else if (json.Name.SequenceEqual("limit"u8))
            {
                facts.LimitValue = fields.Number();
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void WantWithinDetails(SampleReading reading)
    {
        foreach (var details in reading.Facts.ScoreDetails.Values)
        {
            reading.Attachments.WantWithin(details);
        }
    }

    private static void ReadUsage(SampleFacts facts, FieldReader fields)
    {
        var json = fields.Json;
        (facts.InputTokens, facts.OutputTokens, facts.TotalTokens, facts.Cost) = (0, 0, 0, null);
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        json.BeginObject();
        while (json.NextName())
        {
            if (json.Peek() != JsonKind.Object)
            {
                json.Skip();
                continue;
            }

            json.BeginObject();
            while (json.NextName())
            {
                switch (json.Name)
                {
                    case var n when n.SequenceEqual("input_tokens"u8):
                        facts.InputTokens = unchecked(facts.InputTokens + fields.Count());
                        break;
                    case var n when n.SequenceEqual("output_tokens"u8):
                        facts.OutputTokens = unchecked(facts.OutputTokens + fields.Count());
                        break;
                    case var n when n.SequenceEqual("total_tokens"u8):
                        facts.TotalTokens = unchecked(facts.TotalTokens + fields.Count());
                        break;
                    case var n when n.SequenceEqual("total_cost"u8):
                        facts.Cost = fields.Number() is { } cost ? (facts.Cost ?? 0) + cost : facts.Cost;
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }
    }
}

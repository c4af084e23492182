namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Finds the answer in a model's output.</summary>
internal static class ModelOutput
{
    /// <summary>The message of the first choice, or null.</summary>
    public static Message? Read(FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        Message? answer = null;
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return null;
        }

        json.BeginObject();
        while (json.NextName())
        {
            if (!json.Name.SequenceEqual("choices"u8) || json.Peek() != JsonKind.Array)
            {
                json.Skip();
                continue;
            }

            json.BeginArray();
            while (json.NextItem())
            {
                if (answer is null && json.Peek() == JsonKind.Object)
                {
                    answer = ReadChoice(json, messages);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return answer;
    }

    private static Message? ReadChoice(JsonCursor json, MessageReader messages)
    {
        Message? answer = null;
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("message"u8) && json.Peek() == JsonKind.Object)
            {
                answer = messages.Read();
            }
            else
            {
                json.Skip();
            }
        }

        return answer;
    }
}

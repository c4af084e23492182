using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a chat message: Inspect's layouts of all years, Docent's, and the OpenAI layout that τ-bench keeps.</summary>
internal sealed class MessageReader(FieldReader fields)
{
    private readonly ContentReader contents = new(fields);
    private readonly CallReader calls = new(fields);

    /// <summary>The message at the cursor; null where the value is no object (it is passed over and spoils the sample).</summary>
    public Message? Read()
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Spoil(LogDamage.Shape, $"a message must be an object, {json.Peek()} was found");
            json.Skip();
            return null;
        }

        // The sample's flag must not be lost when one message's is asked for.
        var surrogateBefore = json.SawSurrogate;
        json.ForgetSurrogate();
        fields.BeginItem();
        var message = ReadObject(json);
        if (message.LongestField > fields.Limits.FieldUnits)
        {
            json.Spoil(LogDamage.Cap, FormattableString.Invariant($"a message has a text of more than {fields.Limits.FieldUnits} characters (fieldUnits)"));
        }

        fields.BeginItem();
        message = message with { SawSurrogate = json.SawSurrogate };
        json.RestoreSurrogate(surrogateBefore);
        return message;
    }

    private Message ReadObject(JsonCursor json)
    {
        var message = new Message { Role = "" };
        TextValue? reasoning = null;
        json.BeginObject();
        while (json.NextName())
        {
            switch (Encoding.UTF8.GetString(json.Name))
            {
                case "id":
                    message = message with { Id = fields.Short() };
                    break;
                case "role":
                    message = message with { Role = fields.Short() ?? "" };
                    break;
                case "content":
                    var (types, parts) = contents.Read();
                    message = message with { ContentTypes = types, Parts = parts };
                    break;
                case "source":
                    message = message with { Source = fields.Short() };
                    break;
                case "model":
                    message = message with { Model = fields.Short() };
                    break;
                case "tool_calls":
                    message = message with { Calls = calls.Read() };
                    break;
                case "tool_call_id" when json.Peek() == JsonKind.String:
                    message = message with { ToolCallId = fields.Short() };
                    break;
                case "function" or "name" when json.Peek() == JsonKind.String:
                    message = message with { Function = fields.Short() };
                    break;
                case "error" when json.Peek() == JsonKind.Object:
                    message = ReadError(json, message);
                    break;
                case "error" or "tool_error" when json.Peek() == JsonKind.String:
                    message = message with { ErrorType = "unknown", ErrorMessage = fields.Text() };
                    break;
                case "metadata":
                    message = message with { MetadataJson = fields.Metadata() };
                    break;
                case "reasoning" when json.Peek() == JsonKind.String:
                    reasoning = fields.Text();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        // Before reasoning was a part of the content it was a field of the message.
        return reasoning is { } early ? WithReasoning(message, early) : message;
    }

    private static Message WithReasoning(Message message, TextValue reasoning) => message with
    {
        ContentTypes = message.ContentTypes is null ? "reasoning+text" : "reasoning+" + message.ContentTypes,
        Parts = [new MessagePart(PartKind.Reasoning, "reasoning", reasoning), .. message.Parts],
    };

    private Message ReadError(JsonCursor json, Message message)
    {
        message = message with { ErrorType = "unknown", ErrorMessage = TextValue.Of("") };
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("type"u8))
            {
                message = message with { ErrorType = fields.Short() ?? "unknown" };
            }
            else if (json.Name.SequenceEqual("message"u8) || json.Name.SequenceEqual("detail"u8))
            {
                message = message with { ErrorMessage = fields.Text() ?? TextValue.Of("") };
            }
            else
            {
                json.Skip();
            }
        }

        return message;
    }
}

using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads the tool calls of an assistant's message, in Inspect's or the OpenAI layout.</summary>
internal sealed class CallReader(FieldReader fields)
{
    private const int CallUnits = 100;

    public IReadOnlyList<MessageCall> Read()
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Array)
        {
            json.Skip();
            return [];
        }

        var calls = new List<MessageCall>();
        json.BeginArray();
        while (json.NextItem())
        {
            if (json.Peek() != JsonKind.Object)
            {
                json.Spoil(LogDamage.Shape, $"a tool call must be an object, {json.Peek()} was found");
                json.Skip();
                continue;
            }

            if (ReadCall(json) is { } call)
            {
                calls.Add(call);
            }
        }

        return calls;
    }

    private MessageCall? ReadCall(JsonCursor json)
    {
        var call = new MessageCall("", "", "{}", null, null, null);
        if (!fields.Take(CallUnits))
        {
            json.Skip();
            return null;
        }

        json.BeginObject();
        while (json.NextName())
        {
            switch (Encoding.UTF8.GetString(json.Name))
            {
                case "id":
                    call = call with { Id = fields.Short() ?? "" };
                    break;
                case "function" when json.Peek() == JsonKind.Object:
                    call = ReadFunction(json, call);
                    break;
                case "function":
                    call = call with { Function = fields.Short() ?? "" };
                    break;
                case "arguments":
                    call = call with { ArgumentsJson = fields.JsonText() ?? "{}" };
                    break;
                case "parse_error":
                    call = call with { ParseError = fields.Short() };
                    break;
                case "type":
                    call = call with { Type = fields.Short() };
                    break;
                case "view" when json.Peek() == JsonKind.Object:
                    call = call with { View = ReadView(json) };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return call;
    }

    /// <summary>The OpenAI layout: arguments are JSON within a string.</summary>
    private MessageCall ReadFunction(JsonCursor json, MessageCall call)
    {
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("name"u8))
            {
                call = call with { Function = fields.Short() ?? "" };
            }
            else if (json.Name.SequenceEqual("arguments"u8))
            {
                call = json.Peek() == JsonKind.String ? WithArguments(call, fields.Whole()) : call with { ArgumentsJson = fields.JsonText() ?? "{}" };
            }
            else
            {
                json.Skip();
            }
        }

        return call;
    }

    private MessageCall WithArguments(MessageCall call, string? text)
    {
        if (text is null)
        {
            fields.Json.MarkCut();
            return call with { ArgumentsJson = JsonCopy.Omitted(fields.Limits.JsonBytes) };
        }

        var copy = new JsonCopy(fields.Limits.JsonBytes);
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var inner = new JsonCursor(bytes);
        if (Fault(inner, copy) is not { } damage)
        {
            fields.Json.TakeFlags(inner);
            return call with { ArgumentsJson = fields.Taken(copy) };
        }

        copy.Clear();
        copy.String(text);
        return call with { ArgumentsJson = fields.Taken(copy), ParseError = damage.Message };
    }

    /// <summary>Why a text is no JSON; null where it is.</summary>
    private static LogDamage? Fault(JsonCursor json, JsonCopy copy)
    {
        try
        {
            json.Copy(copy);
            json.RequireEnd();
            return json.Damage;
        }
        catch (LogDamage damage)
        {
            return damage;
        }
    }

    private string? ReadView(JsonCursor json)
    {
        string? content = null;
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("content"u8))
            {
                content = fields.Short();
            }
            else
            {
                json.Skip();
            }
        }

        return content;
    }
}

using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Reads a sample's object, or the shell of a chunked one, property by property.</summary>
internal static class SampleObject
{
    private const int MostInputMessages = 1000;

    public static void Read(SampleReading reading, FieldReader fields)
    {
        var json = fields.Json;
        var messages = new MessageReader(fields);
        if (json.Peek() != JsonKind.Object)
        {
            json.Spoil(LogDamage.Shape, $"a sample must be an object, {json.Peek()} was found");
            json.Skip();
            return;
        }

        var sawId = false;
        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            sawId |= name == "id";
            ReadProperty(name, reading, fields, messages);
        }

        reading.Facts.EventCount = reading.Outline.Count;
        if (!sawId)
        {
            json.Spoil(LogDamage.Shape, "a sample must have an id");
        }
    }

    /// <summary>Reads the value of one property; what is not needed is passed over.</summary>
    public static void ReadProperty(string name, SampleReading reading, FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        switch (name)
        {
            case "messages":
                ReadMessages(reading, json, messages);
                break;
            case "message_refs" when json.Peek() != JsonKind.Null:
                reading.MessageRefs = PoolRange.Read(json);
                break;
            case "events":
                reading.Outline = new EventOutline(reading.Limits, reading.Scratch);
                reading.Outline.Read(fields, messages);
                break;
            case "attachments":
                reading.Attachments.ReadObject(fields);
                break;
            case "transcript":
                ReadTranscript(reading, fields, messages);
                break;
            case "input":
                reading.Facts.Input = ReadInput(reading, fields, messages);
                break;
            default:
                SampleFactsReader.ReadProperty(name, reading, fields);
                break;
        }
    }

    private static void ReadMessages(SampleReading reading, JsonCursor json, MessageReader messages)
    {
        reading.Main.Clear();
        reading.MessagesProperty++;
        if (json.Peek() != JsonKind.Array)
        {
            if (!json.ReadNull())
            {
                json.Spoil(LogDamage.Shape, $"messages must be a list, {json.Peek()} was found");
                json.Skip();
            }

            return;
        }

        json.BeginArray();
        while (json.NextItem())
        {
            if (messages.Read() is { } message)
            {
                reading.AddMessage(message);
            }
        }
    }

    /// <summary>Until October 2024 events and attachments stood in an object of their own.</summary>
    private static void ReadTranscript(SampleReading reading, FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            ReadProperty(name switch { "events" => "events", "content" => "attachments", _ => "" }, reading, fields, messages);
        }
    }

    private static List<Message> ReadInput(SampleReading reading, FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        var input = new List<Message>();
        var share = new HeldShare(reading.Limits);
        fields.BeginItem();
        if (json.Peek() != JsonKind.Array)
        {
            if (fields.Text() is { } text)
            {
                if (text.Units > reading.Limits.FieldUnits)
                {
                    reading.Spoil(new LogDamage(LogDamage.Cap, FormattableString.Invariant($"the input has more than {reading.Limits.FieldUnits} characters (fieldUnits)")));
                }

                input.Add(new Message { Role = "user", Source = "input", Parts = [new MessagePart(PartKind.Text, "text", text)] });
            }
        }
        else
        {
            json.BeginArray();
            while (json.NextItem())
            {
                if (json.Peek() != JsonKind.Object || input.Count >= MostInputMessages)
                {
                    json.MarkCut();
                    json.Skip();
                }
                else if (messages.Read() is { } message)
                {
                    if (share.Add(message))
                    {
                        input.Add(message);
                    }
                    else
                    {
                        input.Clear();
                        reading.Spoil(share.Damage("the messages of its input"));
                    }
                }
            }
        }

        input.ForEach(reading.Attachments.Want);
        return input;
    }
}

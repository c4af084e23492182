using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A sample that is one object: an entry of an archive, or an element of a JSON log.</summary>
/// <param name="open">Opens a stream at the sample's first byte; the argument says whether it was read before.</param>
/// <param name="endsWithSample">Whether nothing may follow it.</param>
/// <param name="limits">What a sample may cost.</param>
internal sealed class MonolithSource(Func<bool, Stream> open, bool endsWithSample, IngestLimits limits) : SampleSource
{
    public override void Survey(SampleReading reading)
    {
        using var stream = open(false);
        var json = new JsonCursor(stream, limits.Depth);
        json.Restart();
        try
        {
            SampleObject.Read(reading, new FieldReader(json, reading.Scratch, limits));
            if (endsWithSample)
            {
                json.RequireEnd();
            }
        }
        catch (LogDamage) when (json.Damage is not null)
        {
            // What was amiss first is the reason.
        }

        reading.Absorb(json);
    }

    public override IEnumerable<Message> Messages(SampleReading reading)
    {
        using var stream = open(true);
        var json = new JsonCursor(stream, limits.Depth);
        var messages = new MessageReader(new FieldReader(json, reading.Scratch, limits));
        var property = 0;
        json.BeginObject();
        while (json.NextName())
        {
            if (!json.Name.SequenceEqual("messages"u8) || ++property != reading.MessagesProperty || json.Peek() != JsonKind.Array)
            {
                json.Skip();
                continue;
            }

            json.BeginArray();
            while (json.NextItem())
            {
                if (messages.Read() is { } message)
                {
                    yield return message;
                }
            }

            yield break;
        }
    }

    public override void Gather(SampleReading reading, Gathering gathering)
    {
        using var stream = open(true);
        var json = new JsonCursor(stream, limits.Depth);
        var fields = new FieldReader(json, reading.Scratch, limits);
        GatherObject(reading, gathering, fields, new MessageReader(fields));
        reading.AbsorbFurther(json);
    }

    private static void GatherObject(SampleReading reading, Gathering gathering, FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            switch (name)
            {
                case "events" when gathering.WantsEvents:
                    EventInputs.Read(gathering, json, messages);
                    break;
                case "attachments" or "content" when json.Peek() == JsonKind.Object:
                    reading.Attachments.ReadObject(fields);
                    break;
                case "transcript" when json.Peek() == JsonKind.Object:
                    GatherObject(reading, gathering, fields, messages);
                    break;
                case "events_data" when json.Peek() == JsonKind.Object && gathering.WantsPool:
                    GatherPool(gathering, json, messages);
                    break;
                case "message_pool" when json.Peek() == JsonKind.Array && gathering.WantsPool:
                    EventInputs.ReadPool(gathering, json, messages, 0);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private static void GatherPool(Gathering gathering, JsonCursor json, MessageReader messages)
    {
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("messages"u8) && json.Peek() == JsonKind.Array)
            {
                EventInputs.ReadPool(gathering, json, messages, 0);
            }
            else
            {
                json.Skip();
            }
        }
    }
}

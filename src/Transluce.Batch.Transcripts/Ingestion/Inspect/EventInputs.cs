namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Fetches messages from events and pools, where they are wanted.</summary>
internal static class EventInputs
{
    public static void Read(Gathering gathering, JsonCursor json, MessageReader messages, long first = 0)
    {
        if (json.Peek() != JsonKind.Array)
        {
            json.Skip();
            return;
        }

        var index = first;
        json.BeginArray();
        for (; json.NextItem(); index++)
        {
            if (gathering.WantsWithin(index) && json.Peek() == JsonKind.Object)
            {
                var within = 0;
                ReadEvent(gathering, json, messages, index, ref within, level: 0);
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>Counts events as <see cref="EventOutline"/> does.</summary>
    private static void ReadEvent(Gathering gathering, JsonCursor json, MessageReader messages, long index, ref int within, int level)
    {
        var place = ModelEvent.PlaceOf(index, within++);
        json.BeginObject();
        while (json.NextName())
        {
            if (json.Name.SequenceEqual("input"u8) && json.Peek() == JsonKind.Array && gathering.WantsInput(place))
            {
                ReadInput(gathering, json, messages, place);
            }
            else if (json.Name.SequenceEqual("events"u8) && json.Peek() == JsonKind.Array && level < ModelEvent.MostLevels)
            {
                json.BeginArray();
                while (json.NextItem())
                {
                    if (json.Peek() == JsonKind.Object && within < ModelEvent.MostWithin)
                    {
                        ReadEvent(gathering, json, messages, index, ref within, level + 1);
                    }
                    else
                    {
                        json.Skip();
                    }
                }
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void ReadInput(Gathering gathering, JsonCursor json, MessageReader messages, long place)
    {
        json.BeginArray();
        while (json.NextItem())
        {
            if (messages.Read() is { } message)
            {
                gathering.AddInput(place, message);
            }

            SpoilWith(json, gathering);
        }
    }

    /// <returns>How many elements there were.</returns>
    public static long ReadPool(Gathering gathering, JsonCursor json, MessageReader messages, long first)
    {
        var index = first;
        json.BeginArray();
        for (; json.NextItem(); index++)
        {
            if (gathering.WantsPooled(index) && json.Peek() == JsonKind.Object && messages.Read() is { } message)
            {
                gathering.AddPooled(index, message);
                SpoilWith(json, gathering);
            }
            else
            {
                json.Skip();
            }
        }

        return index - first;
    }

    // Here a message is read for the first time that was passed over when the sample was found sound. What is of an odd shape is left out of it.
    private static void SpoilWith(JsonCursor json, Gathering gathering)
    {
        if (json.ExceededCap)
        {
            gathering.Spoil();
        }
    }
}

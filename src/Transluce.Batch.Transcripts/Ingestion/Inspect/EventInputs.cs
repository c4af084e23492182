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
            if (!gathering.WantsInput(index))
            {
                json.Skip();
                continue;
            }

            json.BeginObject();
            while (json.NextName())
            {
                if (json.Name.SequenceEqual("input"u8) && json.Peek() == JsonKind.Array)
                {
                    json.BeginArray();
                    while (json.NextItem())
                    {
                        if (messages.Read() is { } message)
                        {
                            gathering.AddInput(index, message);
                        }

                        SpoilWith(json, gathering);
                    }
                }
                else
                {
                    json.Skip();
                }
            }
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

    // Here a message is read for the first time that was passed over when the sample was found sound.
    private static void SpoilWith(JsonCursor json, Gathering gathering)
    {
        if (json.Damage is not null)
        {
            gathering.Spoil();
        }
    }
}

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One conversation of a run of Docent or τ-bench.</summary>
internal sealed record OtherTranscript(string? Id, string? Name, string? GroupId, MainConversation Messages)
{
    // A conversation that holds nothing yet.
    private const int EmptyUnits = 500;

    /// <param name="json">At the list of messages.</param>
    /// <param name="messages">Reads them.</param>
    /// <param name="reading">The run they belong to.</param>
    /// <param name="share">Of all transcripts of the run.</param>
    public static OtherTranscript OfMessages(SampleReading reading, JsonCursor json, MessageReader messages, HeldShare share)
    {
        var conversation = new MainConversation(reading.Limits, reading.Scratch, share);
        if (json.Peek() != JsonKind.Array)
        {
            json.Spoil(LogDamage.Shape, $"messages must be a list, {json.Peek()} was found");
            json.Skip();
            return new OtherTranscript(null, null, null, conversation);
        }

        json.BeginArray();
        while (json.NextItem())
        {
            if (messages.Read() is { } message && !share.Overflowed)
            {
                conversation.Add(message);
            }
        }

        return new OtherTranscript(null, null, null, conversation);
    }

    /// <param name="key">Its name where transcripts are members of an object.</param>
    /// <param name="reading">The run it belongs to.</param>
    /// <param name="fields">At the transcript.</param>
    /// <param name="messages">Reads its messages.</param>
    /// <param name="share">Of all transcripts of the run.</param>
    public static OtherTranscript Read(SampleReading reading, FieldReader fields, MessageReader messages, string? key, HeldShare share)
    {
        var json = fields.Json;
        fields.BeginItem();
        share.Add(EmptyUnits);
        var transcript = new OtherTranscript(key, key, null, new MainConversation(reading.Limits, reading.Scratch, share));
        if (json.Peek() != JsonKind.Object)
        {
            json.Spoil(LogDamage.Shape, $"a transcript must be an object, {json.Peek()} was found");
            json.Skip();
            return transcript;
        }

        json.BeginObject();
        while (json.NextName())
        {
            switch (json.Name)
            {
                case var n when n.SequenceEqual("id"u8):
                    transcript = transcript with { Id = fields.Short() ?? transcript.Id };
                    break;
                case var n when n.SequenceEqual("name"u8):
                    transcript = transcript with { Name = fields.Short() ?? transcript.Name };
                    break;
                case var n when n.SequenceEqual("transcript_group_id"u8):
                    transcript = transcript with { GroupId = fields.Short() };
                    break;
                case var n when n.SequenceEqual("messages"u8):
                    transcript = transcript with { Messages = OfMessages(reading, json, messages, share).Messages };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        share.Add((transcript.Id?.Length ?? 0) + (transcript.Name?.Length ?? 0) + (transcript.GroupId?.Length ?? 0));
        return transcript;
    }
}

using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One conversation of a run of Docent or τ-bench.</summary>
internal sealed record OtherTranscript(string? Id, string? Name, string? GroupId, MainConversation Messages)
{
    // A conversation that holds nothing yet.
    private const int EmptyUnits = 500;

    public string? MetadataJson { get; init; }

    public string? OtherJson { get; init; }

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

        var others = new OtherMembers(reading.Limits.JsonBytes);
        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            switch (name)
            {
                case "id":
                    transcript = transcript with { Id = fields.Short() ?? transcript.Id };
                    break;
                case "name":
                    transcript = transcript with { Name = fields.Short() ?? transcript.Name };
                    break;
                case "transcript_group_id":
                    transcript = transcript with { GroupId = fields.Short() };
                    break;
                case "metadata":
                    transcript = transcript with { MetadataJson = reading.Part(fields.Metadata()) };
                    break;
                case "messages":
                    transcript = transcript with { Messages = OfMessages(reading, json, messages, share).Messages };
                    break;
                default:
                    others.Add(name, json);
                    break;
            }
        }

        share.Add((transcript.Id?.Length ?? 0) + (transcript.Name?.Length ?? 0) + (transcript.GroupId?.Length ?? 0));
        return transcript with { OtherJson = reading.Part(others.Json) };
    }
}

using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One conversation of a run of Docent or τ-bench.</summary>
internal sealed record OtherTranscript(string? Id, string? Name, string? GroupId, MainConversation Messages)
{
    public string? MetadataJson { get; init; }

    public string? OtherJson { get; init; }

    public static OtherTranscript OfMessages(SampleReading reading, JsonCursor json, MessageReader messages)
    {
        var conversation = new MainConversation(reading.Limits);
        if (json.Peek() != JsonKind.Array)
        {
            json.Spoil(LogDamage.Shape, $"messages must be a list, {json.Peek()} was found");
            json.Skip();
            return new OtherTranscript(null, null, null, conversation);
        }

        json.BeginArray();
        while (json.NextItem())
        {
            if (messages.Read() is { } message)
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
    public static OtherTranscript Read(SampleReading reading, FieldReader fields, MessageReader messages, string? key)
    {
        var json = fields.Json;
        var transcript = new OtherTranscript(key, key, null, new MainConversation(reading.Limits));
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
                    transcript = transcript with { Messages = OfMessages(reading, json, messages).Messages };
                    break;
                default:
                    others.Add(name, json);
                    break;
            }
        }

        return transcript with { OtherJson = reading.Part(others.Json) };
    }
}

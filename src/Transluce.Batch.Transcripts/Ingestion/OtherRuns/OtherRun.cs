using System.Globalization;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One run of Docent or τ-bench while it is read.</summary>
internal sealed class OtherRun(SampleReading reading, LogFormat format)
{
    private readonly List<OtherTranscript> transcripts = [];
    private readonly OtherGroups groups = new();
    private readonly HeldShare share = new(reading.Limits);
    private int trial;

    public SampleReading Reading => reading;

    public void ReadProperty(string name, FieldReader fields, MessageReader messages)
    {
        fields.BeginItem();
        if (format == LogFormat.TauBench)
        {
            ReadTauBench(name, fields, messages);
        }
        else
        {
            ReadDocent(name, fields, messages);
        }
    }

    /// <summary>The run's conversations, first the main one.</summary>
    /// <exception cref="LogDamage">There is none, or one is too long.</exception>
    public IReadOnlyList<Conversation> Finish()
    {
        if (share.Overflowed)
        {
            throw share.Damage("the run's transcripts and their groups");
        }

        if (transcripts.Count == 0)
        {
            throw new LogDamage(LogDamage.Shape, "the run has no transcript");
        }

        var facts = reading.Facts;
        facts.Epoch = format == LogFormat.TauBench ? trial + 1 : facts.Epoch;
        // Without an id of its own a run is known by what happened in it: task and trial are the same in every model's results.
        facts.Uuid = string.IsNullOrEmpty(facts.Uuid) ? StableId.Of(format.Name(), facts.Id, trial.ToString(CultureInfo.InvariantCulture), Content()) : facts.Uuid;
        facts.Id = facts.Id.Length == 0 ? facts.Uuid : facts.Id;
        facts.Input = [.. transcripts[0].Messages.Held.Where(message => message.Role == "user").Take(1)];
        var nodes = groups.Nodes();
        reading.Outline.Nodes.AddRange(groups.InOrder(nodes));
        if (groups.AreBroken || transcripts.Any(transcript => transcript.GroupId is { } group && !nodes.ContainsKey(group)))
        {
            reading.Flag("broken-groups");
        }

        return [.. transcripts.Select((transcript, index) => new Conversation(
            "messages", transcript.Id ?? (index == 0 ? "" : index.ToString(CultureInfo.InvariantCulture)), transcript.Name ?? "main",
            transcript.GroupId is { } group ? nodes.GetValueOrDefault(group) : null, transcript.Messages.Held, transcript.Messages.Results)
            {
                MetadataJson = transcript.MetadataJson,
                OtherJson = transcript.OtherJson,
            })];
    }

    /// <summary>What an object that turned out to be a list of runs says besides them, as JSON, or null where that is nothing.</summary>
    public string? CollectionJson()
    {
        var facts = reading.Facts;
        KeyValuePair<string, string?>[] members =
        [
            new("id", Quoted(facts.Uuid)), new("name", Quoted(facts.Name)), new("metadata", facts.MetadataJson == "{}" ? null : facts.MetadataJson), new("other", reading.Others.Json),
        ];
        return members.All(member => member.Value is null) ? null : NormalisedScores.Json(members.Where(member => member.Value is not null)!);

        static string? Quoted(string? text)
        {
            if (text is null)
            {
                return null;
            }

            var copy = new JsonCopy(int.MaxValue);
            copy.String(text);
            return copy.Text();
        }
    }

    private void ReadTauBench(string name, FieldReader fields, MessageReader messages)
    {
        switch (name)
        {
            case "task_id":
                SampleFactsReader.ReadProperty("id", reading, fields);
                break;
            case "trial":
                trial = (int)Math.Min(fields.Count(), int.MaxValue - 1);
                break;
            case "reward":
                reading.Facts.Scores.Clear();
                if (fields.JsonText() is { } reward)
                {
                    reading.Facts.Scores["reward"] = reward;
                }

                break;
            case "info":
                SampleFactsReader.ReadProperty("metadata", reading, fields);
                break;
            case "traj":
                transcripts.Clear();
                transcripts.Add(OtherTranscript.OfMessages(reading, fields.Json, messages, share));
                break;
            default:
                reading.Others.Add(name, fields.Json);
                break;
        }
    }

    private void ReadDocent(string name, FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        switch (name)
        {
            case "id":
                reading.Facts.Uuid = fields.Short();
                break;
            case "name":
                reading.Facts.Name = fields.Short();
                break;
            case "metadata" when json.Peek() == JsonKind.Object:
                DocentMetadata.Read(reading, fields);
                break;
            case "transcripts" when json.Peek() == JsonKind.Array:
                json.BeginArray();
                while (json.NextItem())
                {
                    Add(OtherTranscript.Read(reading, fields, messages, null, share));
                }

                break;
            // Earlier runs name their transcripts by the keys of an object.
            case "transcripts" when json.Peek() == JsonKind.Object:
                json.BeginObject();
                while (json.NextName())
                {
                    var key = Encoding.UTF8.GetString(json.Name);
                    Add(OtherTranscript.Read(reading, fields, messages, key, share));
                }

                break;
            case "transcript_groups" when json.Peek() == JsonKind.Array:
                json.BeginArray();
                while (json.NextItem())
                {
                    groups.Read(reading, fields, share);
                }

                break;
            default:
                reading.Others.Add(name, json);
                break;
        }
    }

    private void Add(OtherTranscript transcript)
    {
        if (!share.Overflowed)
        {
            transcripts.Add(transcript);
        }
    }

    private string Content()
        => string.Join(' ', transcripts.SelectMany(transcript => transcript.Messages.Held).Select(message => MainConversation.Identity(message with { Id = null }, reading.Scratch).ToString("x", CultureInfo.InvariantCulture)));
}

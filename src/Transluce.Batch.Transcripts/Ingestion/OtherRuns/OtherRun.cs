using System.Globalization;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One run of Docent or τ-bench while it is read.</summary>
internal sealed class OtherRun(SampleReading reading, LogFormat format)
{
    private readonly List<OtherTranscript> transcripts = [];
    private readonly List<(string Id, string? Parent, string Name)> groups = [];
    private int trial;

    public SampleReading Reading => reading;

    public void ReadProperty(string name, FieldReader fields, MessageReader messages)
    {
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
        if (transcripts.Count == 0)
        {
            throw new LogDamage(LogDamage.Shape, "the run has no transcript");
        }

        if (transcripts.Any(transcript => transcript.Messages.Overflowed))
        {
            throw new LogDamage(LogDamage.Cap, $"the run has more than {reading.Limits.HeldMessages} messages, or {reading.Limits.HeldUnits} characters in them");
        }

        var facts = reading.Facts;
        facts.Epoch = format == LogFormat.TauBench ? trial + 1 : facts.Epoch;
        // Without an id of its own a run is known by what happened in it: task and trial are the same in every model's results.
        facts.Uuid = string.IsNullOrEmpty(facts.Uuid) ? StableId.Of(format.Name(), facts.Id, trial.ToString(CultureInfo.InvariantCulture), Content()) : facts.Uuid;
        facts.Id = facts.Id.Length == 0 ? facts.Uuid : facts.Id;
        facts.Input = [.. transcripts[0].Messages.Held.Where(message => message.Role == "user").Take(1)];
        var nodes = Nodes();
        return [.. transcripts.Select((transcript, index) => new Conversation(
            "messages", transcript.Id ?? (index == 0 ? "" : index.ToString(CultureInfo.InvariantCulture)), transcript.Name ?? "main",
            transcript.GroupId is { } group ? nodes.GetValueOrDefault(group) : null, transcript.Messages.Held, transcript.Messages.Results))];
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
                reading.Facts.Scores = fields.JsonText() is { } reward ? [new("reward", reward)] : [];
                break;
            case "info":
                SampleFactsReader.ReadProperty("metadata", reading, fields);
                break;
            case "traj":
                transcripts.Clear();
                transcripts.Add(OtherTranscript.OfMessages(reading, fields.Json, messages));
                break;
            default:
                fields.Json.Skip();
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
            case "metadata" when json.Peek() == JsonKind.Object:
                DocentMetadata.Read(reading, fields);
                break;
            case "transcripts" when json.Peek() == JsonKind.Array:
                json.BeginArray();
                while (json.NextItem())
                {
                    transcripts.Add(OtherTranscript.Read(reading, fields, messages, null));
                }

                break;
            // Earlier runs name their transcripts by the keys of an object.
            case "transcripts" when json.Peek() == JsonKind.Object:
                json.BeginObject();
                while (json.NextName())
                {
                    var key = Encoding.UTF8.GetString(json.Name);
                    transcripts.Add(OtherTranscript.Read(reading, fields, messages, key));
                }

                break;
            case "transcript_groups" when json.Peek() == JsonKind.Array:
                json.BeginArray();
                while (json.NextItem())
                {
                    ReadGroup(fields);
                }

                break;
            default:
                json.Skip();
                break;
        }
    }

    private void ReadGroup(FieldReader fields)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        (string Id, string? Parent, string Name) group = ("", null, "");
        json.BeginObject();
        while (json.NextName())
        {
            switch (json.Name)
            {
                case var n when n.SequenceEqual("id"u8):
                    group.Id = fields.Short() ?? "";
                    break;
                case var n when n.SequenceEqual("name"u8):
                    group.Name = fields.Short() ?? "";
                    break;
                case var n when n.SequenceEqual("parent_transcript_group_id"u8):
                    group.Parent = fields.Short();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        groups.Add(group);
    }

    /// <summary>Groups as nodes, parents first; a group whose parent is missing, or above itself, stands at the top.</summary>
    private Dictionary<string, AgentNode> Nodes()
    {
        var nodes = new Dictionary<string, AgentNode>(StringComparer.Ordinal);
        var left = groups.DistinctBy(group => group.Id).ToList();
        while (left.Count > 0)
        {
            var ready = left.Where(group => group.Parent is null || nodes.ContainsKey(group.Parent) || left.All(other => other.Id != group.Parent)).ToList();
            ready = ready.Count > 0 ? ready : [left[0]];
            foreach (var (id, parent, name) in ready)
            {
                var node = new AgentNode(id, parent is null ? null : nodes.GetValueOrDefault(parent), name, "group");
                nodes[id] = node;
                reading.Outline.Nodes.Add(node);
            }

            left.RemoveAll(ready.Contains);
        }

        return nodes;
    }

    private string Content()
        => string.Join(' ', transcripts.SelectMany(transcript => transcript.Messages.Held).Select(message => MainConversation.Identity(message with { Id = null }).ToString("x", CultureInfo.InvariantCulture)));
}

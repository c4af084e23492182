using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>One of the groups that a run of Docent sorts its transcripts into.</summary>
internal sealed record OtherGroup(string Id, string? Parent, string Name, string? MetadataJson, string? OtherJson)
{
    public static OtherGroup? Read(SampleReading reading, FieldReader fields)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return null;
        }

        var group = new OtherGroup("", null, "", null, null);
        var others = new OtherMembers(reading.Limits.JsonBytes);
        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            switch (name)
            {
                case "id":
                    group = group with { Id = fields.Short() ?? "" };
                    break;
                case "name":
                    group = group with { Name = fields.Short() ?? "" };
                    break;
                case "parent_transcript_group_id":
                    group = group with { Parent = fields.Short() };
                    break;
                case "metadata":
                    group = group with { MetadataJson = reading.Part(fields.Metadata()) };
                    break;
                default:
                    others.Add(name, json);
                    break;
            }
        }

        return group with { OtherJson = reading.Part(others.Json) };
    }

    /// <summary>Groups as nodes, parents first; a group whose parent is missing, or above itself, stands at the top.</summary>
    public static OrderedDictionary<string, AgentNode> Nodes(IEnumerable<OtherGroup> groups)
    {
        var nodes = new OrderedDictionary<string, AgentNode>(StringComparer.Ordinal);
        var left = groups.DistinctBy(group => group.Id).ToList();
        while (left.Count > 0)
        {
            var ready = left.Where(group => group.Parent is null || nodes.ContainsKey(group.Parent) || left.All(other => other.Id != group.Parent)).ToList();
            ready = ready.Count > 0 ? ready : [left[0]];
            foreach (var group in ready)
            {
                nodes[group.Id] = new AgentNode(group.Id, group.Parent is null ? null : nodes.GetValueOrDefault(group.Parent), group.Name, "group")
                {
                    MetadataJson = group.MetadataJson,
                    OtherJson = group.OtherJson,
                };
            }

            left.RemoveAll(ready.Contains);
        }

        return nodes;
    }
}

using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The groups of a run's transcripts: a tree, if the log says so.</summary>
internal sealed class OtherGroups
{
    private const int GroupUnits = 200;
    private readonly List<Group> groups = [];
    private readonly Dictionary<string, Group> byId = new(StringComparer.Ordinal);

    /// <summary>Whether an id came again (its first group counts), or a parent is missing or above itself (the group stands at the top).</summary>
    public bool AreBroken { get; private set; }

    public void Read(SampleReading reading, FieldReader fields, HeldShare share)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        fields.BeginItem();
        var group = new Group("", null, "", null, null);
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

        group = group with { OtherJson = reading.Part(others.Json) };

        if (!share.Add(GroupUnits + group.Id.Length + group.Name.Length + (group.Parent?.Length ?? 0)))
        {
            return;
        }

        if (byId.TryAdd(group.Id, group))
        {
            groups.Add(group);
        }
        else
        {
            AreBroken = true;
        }
    }

    /// <summary>Groups as nodes. Every group is walked over once, whatever the depth of the tree.</summary>
    public Dictionary<string, AgentNode> Nodes()
    {
        var nodes = new Dictionary<string, AgentNode>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var path = new Stack<Group>();
            var onPath = new HashSet<string>(StringComparer.Ordinal);
            for (var at = group; at is not null && !nodes.ContainsKey(at.Id); at = Parent(at))
            {
                if (!onPath.Add(at.Id))
                {
                    // A circle: it is cut above the group that is met first.
                    nodes[at.Id] = Node(at, null);
                    AreBroken = true;
                    break;
                }

                path.Push(at);
            }

            while (path.TryPop(out var next))
            {
                nodes.TryAdd(next.Id, Node(next, next.Parent is null ? null : nodes.GetValueOrDefault(next.Parent)));
            }
        }

        return nodes;
    }

    /// <summary>The nodes in the order of the log.</summary>
    public IEnumerable<AgentNode> InOrder(Dictionary<string, AgentNode> nodes) => groups.Select(group => nodes[group.Id]);

    private static AgentNode Node(Group group, AgentNode? parent) => new(group.Id, parent, group.Name, "group") { MetadataJson = group.MetadataJson, OtherJson = group.OtherJson };

    private Group? Parent(Group group)
    {
        if (group.Parent is not { } id)
        {
            return null;
        }

        AreBroken |= !byId.ContainsKey(id);
        return byId.GetValueOrDefault(id);
    }

    private sealed record Group(string Id, string? Parent, string Name, string? MetadataJson, string? OtherJson);
}

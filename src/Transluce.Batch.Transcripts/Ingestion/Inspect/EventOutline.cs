using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// What the events of a sample say about who talked with the model: a tree of agents, and for each the event that holds its conversation.
/// One pass, memory by agents and spans; the conversations themselves are fetched later, and only those that are needed.
/// </summary>
internal sealed class EventOutline(IngestLimits limits, ScratchText scratch)
{
    private const int MostNodes = 20_000;
    private const int MostSpans = 2_000_000;
    private const long MostMetadataUnits = 16 << 20;

    // A node with its place in the tree.
    private const int NodeUnits = 200;
    private readonly HeldShare share = new(limits);
    private long metadataUnits;
    private readonly Dictionary<UInt128, AgentNode> owners = [];
    private readonly EventSteps steps = new();
    private int within;

    /// <summary>Whether the agents, or their last answers, were more than may be held; of answers only the identity is known then.</summary>
    public bool Overflowed => share.Overflowed;

    /// <summary>Stands for the agents that were too many to tell apart; it is none of <see cref="Nodes"/>.</summary>
    public AgentNode Rest { get; } = new("", null, "", "rest");

    /// <summary>Stands for graders that have no span; it is none of <see cref="Nodes"/> either.</summary>
    private AgentNode Grader { get; } = new("", null, "", "scorer");

    /// <summary>Whether the spans' metadata were more than may be held; those of later spans are left out.</summary>
    public bool OmittedMetadata { get; private set; }

    /// <summary>Events of any kind, without those within others.</summary>
    public long Count { get; private set; }

    /// <summary>In the order they began; the first stands for the sample itself.</summary>
    public List<AgentNode> Nodes { get; } = [new AgentNode("", null, "", "root")];

    /// <summary>Reads an array of events; of chunked samples one array after the other.</summary>
    public void Read(FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Array)
        {
            json.Skip();
            return;
        }

        json.BeginArray();
        while (json.NextItem())
        {
            within = 0;
            ReadEvent(fields, messages, null);
            Count++;
        }
    }

    private void ReadEvent(FieldReader fields, MessageReader messages, EventNest? above)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object || within >= ModelEvent.MostWithin)
        {
            json.Skip();
            return;
        }

        fields.BeginItem();
        var place = ModelEvent.PlaceOf(Count, within++);
        EventNest? nest = null;
        string? kind = null, span = null, id = null, parent = null, type = null, name = null, action = null, metadata = null;
        IReadOnlyList<PoolRange>? refs = null;
        Message? output = null;
        json.BeginObject();
        while (json.NextName())
        {
            switch (json.Name)
            {
                case var n when n.SequenceEqual("event"u8):
                    kind = fields.Short();
                    break;
                case var n when n.SequenceEqual("span_id"u8):
                    span = fields.Short();
                    break;
                case var n when n.SequenceEqual("id"u8):
                    id = fields.Short();
                    break;
                case var n when n.SequenceEqual("parent_id"u8):
                    parent = fields.Short();
                    break;
                case var n when n.SequenceEqual("type"u8) && kind is "span_begin" or "step":
                    type = fields.Short();
                    break;
                case var n when n.SequenceEqual("name"u8) && kind is "span_begin" or "subtask":
                    name = fields.Short();
                    break;
                case var n when n.SequenceEqual("function"u8) && kind == "tool":
                    name = fields.Short();
                    break;
                case var n when n.SequenceEqual("action"u8) && kind == "step":
                    action = fields.Short();
                    break;
                // It stands before the kind of the event.
                case var n when n.SequenceEqual("metadata"u8) && kind is null or "span_begin":
                    metadata = fields.Metadata();
                    break;
                case var n when n.SequenceEqual("input_refs"u8):
                    refs = PoolRange.Read(json);
                    break;
                case var n when n.SequenceEqual("output"u8) && kind == "model":
                    output = ModelOutput.Read(fields, messages);
                    break;
                case var n when n.SequenceEqual("events"u8) && json.Peek() == JsonKind.Array && (above?.Level ?? 0) < ModelEvent.MostLevels:
                    nest ??= new EventNest(FormattableString.Invariant($"events/{place}"), above, Nodes[0]);
                    ReadWithin(fields, messages, nest);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        switch (kind)
        {
            case "span_begin" when id is not null:
                Begin(id, parent, type, name ?? "", metadata);
                break;
            case "model":
                AddModel(Owner(span, above), new ModelEvent(place, refs ?? [], output));
                break;
            case "compaction":
                Owner(span, above).AddCompaction();
                break;
            case "step":
                steps.Read(action, type);
                break;
        }

        if (nest is { IsKept: true } && share.Add(name?.Length ?? 0))
        {
            nest.Node.Describe(name ?? "", kind == "subtask" ? "subtask" : "tool");
        }
    }

    private void ReadWithin(FieldReader fields, MessageReader messages, EventNest nest)
    {
        fields.Json.BeginArray();
        while (fields.Json.NextItem())
        {
            ReadEvent(fields, messages, nest);
        }
    }

    private void AddModel(AgentNode owner, ModelEvent call)
    {
        if (!share.Add(Units(call) - (owner.Last is { } last && !owner.BeforeCompactions.Contains(last) ? Units(last) : 0)))
        {
            call = new ModelEvent(call.Index, [], null, call.Answer(scratch));
        }

        owner.AddModel(call);
    }

    private static long Units(ModelEvent call) => (call.Output?.HeldUnits ?? 0) + (8 * call.Refs.Count);

    private void Begin(string id, string? parent, string? type, string name, string? metadata)
    {
        var above = Owner(parent, null);
        if (owners.Count >= MostSpans)
        {
            return;
        }

        // Agents, and whatever else can hold a conversation of its own: a solver or a tool that asks the model by itself.
        if (type is not ("agent" or "solver" or "tool" or "scorer" or "scorers"))
        {
            owners[Key(id)] = above;
            return;
        }

        if (Nodes.Count >= MostNodes || !share.Add(NodeUnits + id.Length + name.Length))
        {
            owners[Key(id)] = above.IsScorer ? above : Rest;
            return;
        }

        metadataUnits += metadata?.Length ?? 0;
        OmittedMetadata |= metadataUnits > MostMetadataUnits;
        var node = new AgentNode(id, above, name, above.IsScorer || type == "scorers" ? "scorer" : type) { MetadataJson = OmittedMetadata ? null : metadata };
        Nodes.Add(node);
        owners[Key(id)] = node;
    }

    private AgentNode Owner(string? span, EventNest? nest)
        => span is not null && owners.TryGetValue(Key(span), out var node) ? node
        : span is not null && owners.Count >= MostSpans ? Rest
        : steps.AreScoring ? Grader
        : nest is not null ? Kept(nest)
        : Nodes[0];

    /// <summary>The node of a nest, which stands in the tree from the first model call on.</summary>
    private AgentNode Kept(EventNest nest)
    {
        if (nest.IsKept || nest.IsRest)
        {
            return nest.IsRest ? Rest : nest.Node;
        }

        if ((nest.Above is { } above && Kept(above) == Rest) || Nodes.Count >= MostNodes || !share.Add(NodeUnits))
        {
            nest.IsRest = true;
            return Rest;
        }

        Nodes.Add(nest.Node);
        nest.IsKept = true;
        return nest.Node;
    }

    private static UInt128 Key(string id) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(id));
}

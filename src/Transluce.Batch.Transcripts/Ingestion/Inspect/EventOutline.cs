using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// What the events of a sample say about who talked with the model: a tree of agents, and for each the event that holds its conversation.
/// One pass, memory by agents and spans; the conversations themselves are fetched later, and only those that are needed.
/// </summary>
internal sealed class EventOutline(IngestLimits limits)
{
    private const int MostNodes = 20_000;
    private const int MostSpans = 2_000_000;

    // A node with its place in the tree.
    private const int NodeUnits = 200;
    private readonly HeldShare share = new(limits);
    private readonly Dictionary<UInt128, AgentNode> owners = [];

    /// <summary>Whether the agents, or their last answers, were more than may be held; of answers only the identity is known then.</summary>
    public bool Overflowed => share.Overflowed;

    /// <summary>Stands for the agents that were too many to tell apart; it is none of <see cref="Nodes"/>.</summary>
    public AgentNode Rest { get; } = new("", null, "", "rest");

    /// <summary>Events of any kind.</summary>
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
            ReadEvent(fields, messages);
            Count++;
        }
    }

    private void ReadEvent(FieldReader fields, MessageReader messages)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Skip();
            return;
        }

        fields.BeginItem();
        string? kind = null, span = null, id = null, parent = null, type = null, name = null;
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
                case var n when n.SequenceEqual("type"u8) && kind == "span_begin":
                    type = fields.Short();
                    break;
                case var n when n.SequenceEqual("name"u8) && kind == "span_begin":
                    name = fields.Short();
                    break;
                case var n when n.SequenceEqual("input_refs"u8):
                    refs = PoolRange.Read(json);
                    break;
                case var n when n.SequenceEqual("output"u8) && kind == "model":
                    output = ModelOutput.Read(fields, messages);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        switch (kind)
        {
            case "span_begin" when id is not null:
                Begin(id, parent, type, name ?? "");
                break;
            case "model":
                AddModel(Owner(span), new ModelEvent(Count, refs ?? [], output));
                break;
            case "compaction":
                Owner(span).AddCompaction();
                break;
        }
    }

    private void AddModel(AgentNode owner, ModelEvent call)
    {
        if (!share.Add(Units(call) - (owner.Last is { } last && !owner.BeforeCompactions.Contains(last) ? Units(last) : 0)))
        {
            call = new ModelEvent(call.Index, [], null, call.Answer);
        }

        owner.AddModel(call);
    }

    private static long Units(ModelEvent call) => (call.Output?.HeldUnits ?? 0) + (8 * call.Refs.Count);

    private void Begin(string id, string? parent, string? type, string name)
    {
        var above = Owner(parent);
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

        var node = new AgentNode(id, above, name, above.IsScorer || type == "scorers" ? "scorer" : type);
        Nodes.Add(node);
        owners[Key(id)] = node;
    }

    private AgentNode Owner(string? span) => span is null ? Nodes[0]
        : owners.TryGetValue(Key(span), out var node) ? node
        : owners.Count < MostSpans ? Nodes[0] : Rest;

    private static UInt128 Key(string id) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(id));
}

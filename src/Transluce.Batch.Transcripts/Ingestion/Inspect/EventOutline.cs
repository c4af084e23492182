using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// What the events of a sample say about who talked with the model: a tree of agents, and for each the event that holds its conversation.
/// One pass, memory by agents and spans; the conversations themselves are fetched later, and only those that are needed.
/// </summary>
internal sealed class EventOutline
{
    private const int MostNodes = 20_000;
    private const long MostHeldUnits = 16 << 20;
    private long heldUnits;
    private long metadataUnits;
    private readonly Dictionary<UInt128, AgentNode> owners = [];

    /// <summary>Whether the agents' last answers were more than may be held; only their ids are known then.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Whether the spans' metadata were more than may be held; those of later spans are left out.</summary>
    public bool OmittedMetadata { get; private set; }

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

        string? kind = null, span = null, id = null, parent = null, type = null, name = null, metadata = null;
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
                AddModel(Owner(span), new ModelEvent(Count, refs ?? [], output));
                break;
            case "compaction":
                Owner(span).AddCompaction();
                break;
        }
    }

    private void AddModel(AgentNode owner, ModelEvent call)
    {
        heldUnits += Units(call) - (owner.Last is { } last && !owner.BeforeCompactions.Contains(last) ? Units(last) : 0);
        if (heldUnits > MostHeldUnits)
        {
            Overflowed = true;
            call = new ModelEvent(call.Index, [], call.Output is { } output ? new Message { Id = output.Id, Role = output.Role } : null);
        }

        owner.AddModel(call);
    }

    private static long Units(ModelEvent call) => (call.Output?.HeldUnits ?? 0) + (8 * call.Refs.Count);

    private void Begin(string id, string? parent, string? type, string name, string? metadata)
    {
        var above = Owner(parent);
        // Agents, and whatever else can hold a conversation of its own: a solver or a tool that asks the model by itself.
        if (type is not ("agent" or "solver" or "tool" or "scorer" or "scorers") || Nodes.Count >= MostNodes)
        {
            owners[Key(id)] = above;
            return;
        }

        metadataUnits += metadata?.Length ?? 0;
        OmittedMetadata |= metadataUnits > MostHeldUnits;
        var node = new AgentNode(id, above, name, above.IsScorer || type == "scorers" ? "scorer" : type) { MetadataJson = OmittedMetadata ? null : metadata };
        Nodes.Add(node);
        owners[Key(id)] = node;
    }

    private AgentNode Owner(string? span) => span is not null && owners.TryGetValue(Key(span), out var node) ? node : Nodes[0];

    private static UInt128 Key(string id) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(id));
}

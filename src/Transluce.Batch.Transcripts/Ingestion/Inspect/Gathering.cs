namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A message of an event or of the pool, and what it is recognised by.</summary>
internal readonly record struct GatheredMessage(Message Message, UInt128 Identity)
{
    public static GatheredMessage Of(Message message, ScratchText scratch) => new(message, MainConversation.Identity(message, scratch));
}

/// <summary>What a second pass over a sample is to fetch: inputs of events, messages of the pool, attachments.</summary>
internal sealed class Gathering(IngestLimits limits, ScratchText scratch)
{
    private readonly Dictionary<long, List<GatheredMessage>> inputs = [];
    private readonly HashSet<long> outermost = [];
    private readonly Dictionary<long, GatheredMessage> pool = [];
    private readonly HeldShare share = new(limits);
    private List<PoolRange> ranges = [];
    private bool damaged;

    /// <summary>Whether more came than may be held, or something that cannot be held by itself: then nothing of it is used.</summary>
    public bool Overflowed => share.Overflowed || damaged;

    public void Want(ModelEvent call)
    {
        if (call.Refs.Count == 0)
        {
            inputs[call.Index] = [];
            outermost.Add(ModelEvent.OutermostOf(call.Index));
        }

        ranges.AddRange(call.Refs);
    }

    public void Want(IEnumerable<PoolRange> more) => ranges.AddRange(more);

    /// <summary>To be called when all wants are known.</summary>
    public void Order()
    {
        var merged = new List<PoolRange>();
        foreach (var range in ranges.OrderBy(range => range.Start).ThenBy(range => range.End))
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
            {
                merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, range.End) };
            }
            else
            {
                merged.Add(range);
            }
        }

        ranges = merged;
    }

    public bool WantsEvents => inputs.Count > 0;

    public bool WantsPool => ranges.Count > 0;

    /// <summary>Whether an input of an event, or of one within it, is wanted.</summary>
    public bool WantsWithin(long index) => outermost.Contains(index);

    public bool WantsInput(long place) => inputs.ContainsKey(place);

    public bool WantsPooled(long index) => WantsPooled(index, index + 1);

    /// <summary>Whether anything from <paramref name="start"/> up to and without <paramref name="end"/> is wanted.</summary>
    public bool WantsPooled(long start, long end)
    {
        // The first range that ends behind the start.
        var (low, high) = (0, ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ranges[middle].End > start ? (low, middle) : (middle + 1, high);
        }

        return low < ranges.Count && ranges[low].Start < end;
    }

    public void AddInput(long place, Message message)
    {
        if (share.Add(message))
        {
            inputs[place].Add(GatheredMessage.Of(message, scratch));
        }
    }

    public void AddPooled(long index, Message message)
    {
        if (share.Add(message))
        {
            pool[index] = GatheredMessage.Of(message, scratch);
        }
    }

    /// <summary>One message by itself takes more than may be held.</summary>
    public void Spoil() => damaged = true;

    /// <summary>Puts attachments into all that was fetched: once, for a message can be in the inputs of many calls.</summary>
    public void Resolve(AttachmentTable attachments)
    {
        foreach (var list in inputs.Values)
        {
            for (var i = 0; i < list.Count; i++)
            {
                list[i] = Resolved(list[i]);
            }
        }

        foreach (var index in pool.Keys)
        {
            pool[index] = Resolved(pool[index]);
        }

        GatheredMessage Resolved(GatheredMessage gathered)
        {
            if (Overflowed)
            {
                return gathered;
            }

            var message = attachments.Resolve(gathered.Message);
            share.Add(message.JsonUnits - gathered.Message.JsonUnits);
            return GatheredMessage.Of(message, scratch);
        }
    }

    /// <summary>The message at a place of the pool, or null where there is none or it was not wanted.</summary>
    public Message? Pooled(long index) => pool.TryGetValue(index, out var gathered) ? gathered.Message : null;

    /// <summary>The input of a call; messages the pool lacks are left out.</summary>
    public IEnumerable<GatheredMessage> Input(ModelEvent call)
        => call.Refs.Count == 0 ? inputs.GetValueOrDefault(call.Index) ?? [] : Pooled(call.Refs);

    public IEnumerable<Message> All()
        => inputs.OrderBy(input => input.Key).SelectMany(input => input.Value).Concat(pool.OrderBy(entry => entry.Key).Select(entry => entry.Value)).Select(gathered => gathered.Message);

    private IEnumerable<GatheredMessage> Pooled(IReadOnlyList<PoolRange> refs)
    {
        foreach (var range in refs)
        {
            for (var index = range.Start; index < range.End; index++)
            {
                if (pool.TryGetValue(index, out var message))
                {
                    yield return message;
                }
            }
        }
    }
}

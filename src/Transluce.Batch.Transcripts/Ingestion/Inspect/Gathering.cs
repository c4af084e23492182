namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What a second pass over a sample is to fetch: inputs of events, messages of the pool, attachments.</summary>
internal sealed class Gathering(IngestLimits limits)
{
    private readonly Dictionary<long, List<Message>> inputs = [];
    private readonly Dictionary<long, Message> pool = [];
    private List<PoolRange> ranges = [];
    private long heldUnits;
    private int heldMessages;

    /// <summary>Whether more came than may be held: then nothing of it is used.</summary>
    public bool Overflowed { get; private set; }

    public void Want(ModelEvent call)
    {
        if (call.Refs.Count == 0)
        {
            inputs[call.Index] = [];
        }

        ranges.AddRange(call.Refs);
    }

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

    public bool WantsInput(long index) => inputs.ContainsKey(index);

    public bool WantsPooled(long index)
    {
        var (low, high) = (0, ranges.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (index < ranges[middle].Start)
            {
                high = middle - 1;
            }
            else if (index >= ranges[middle].End)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    public void AddInput(long index, Message message)
    {
        if (Fits(message))
        {
            inputs[index].Add(message);
        }
    }

    public void AddPooled(long index, Message message)
    {
        if (Fits(message))
        {
            pool[index] = message;
        }
    }

    /// <summary>The input of a call; messages the pool lacks are left out.</summary>
    public IEnumerable<Message> Input(ModelEvent call)
    {
        if (call.Refs.Count == 0)
        {
            return inputs.GetValueOrDefault(call.Index) ?? [];
        }

        return Pooled(call.Refs);
    }

    public IEnumerable<Message> All() => inputs.OrderBy(input => input.Key).SelectMany(input => input.Value).Concat(pool.OrderBy(entry => entry.Key).Select(entry => entry.Value));

    private IEnumerable<Message> Pooled(IReadOnlyList<PoolRange> refs)
    {
        // Hostile ranges can be longer than any pool, and many.
        var steps = 0;
        foreach (var range in refs)
        {
            for (var index = range.Start; index < range.End && steps < limits.HeldMessages; index++, steps++)
            {
                if (pool.TryGetValue(index, out var message))
                {
                    yield return message;
                }
            }
        }
    }

    private bool Fits(Message message)
    {
        heldUnits += message.HeldUnits;
        heldMessages++;
        Overflowed |= heldUnits > limits.HeldUnits || heldMessages > limits.HeldMessages;
        return !Overflowed;
    }
}
